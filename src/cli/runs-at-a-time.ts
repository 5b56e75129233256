import { InvalidArgumentError } from 'commander';

const MOST = 1024;

/** Reads how many runs are made at a time, for an option. */
export function runsAtATime(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > MOST) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${MOST}.`);
  }
  return count;
}
