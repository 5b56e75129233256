import jstat from 'jstat';

/** Quantile of Student's t with so many degrees of freedom (>= 1), for a probability between 0 and 1. */
export function studentQuantile(probability: number, degreesOfFreedom: number): number {
  if (!(degreesOfFreedom >= 1))
    throw new RangeError(`Student's t has at least 1 degree of freedom, not ${degreesOfFreedom}`);
  return jstat.jStat.studentt.inv(probability, degreesOfFreedom);
}
