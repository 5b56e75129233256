/** A scenario of a queue with two servers, service 1 min on average: so many jobs, 90 an hour, drawn in no time. */
export function twoServers(name: string, jobs: number): string {
  return `name: ${name}
cluster: { pools: [{ name: p, nodes: 2, gpusPerNode: 1, gpuType: A }] }
workload:
  synthetic:
    - name: w
      jobs: ${jobs}
      arrivals: { ratePerHour: 90 }
      gpus: { values: [1] }
      run: { kind: exponential, mean: 1m }
policies: { scheduling: fifo, placement: count }
`;
}
