/** A gang's part of a resource on a node that carries `gpus` of its GPUs: in proportion, rounded up. */
export function shareOf(total: number, gpus: number, gangGpus: number): number {
  return gangGpus === 0 || gpus === gangGpus ? total : Math.ceil((total * gpus) / gangGpus);
}
