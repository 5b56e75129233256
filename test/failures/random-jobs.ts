import fc from 'fast-check';

/** At most ten gangs of up to 12 GPUs that come within 3 ms and work for up to 4. */
export function randomJobs(least: number) {
  return fc.array(
    fc.record({
      gpus: fc.integer({ min: 1, max: 12 }),
      runUs: fc.integer({ min: 1, max: 4000 }),
      submitUs: fc.nat({ max: 3000 }),
      priority: fc.nat({ max: 2 }),
    }),
    { minLength: least, maxLength: 10 },
  );
}
