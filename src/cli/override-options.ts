import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Overrides } from '../scenario/overrides.ts';

/** The options by which a command changes the scenario that it is given. */
export interface OverrideOptions {
  readonly trace?: string;
  readonly nodes?: number;
  readonly set?: readonly string[];
  readonly seed?: number;
  readonly root?: string;
}

/** Adds --trace, --nodes, --set, --seed and --root to a command. */
export function addOverrideOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--trace <file>', "this trace instead of the scenario's first; its format is told by its look"),
    )
    .addOption(new Option('--nodes <count>', "so many nodes in the scenario's first pool").argParser(wholeNumber))
    .addOption(
      new Option(
        '--set <path=value>',
        'another value for any field, such as policies.scheduling=fifo; repeatable',
      ).argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]),
    )
    .addOption(new Option('--seed <number>', 'another seed').argParser(wholeNumber))
    .addOption(new Option('--root <dir>', 'refuse to read files outside this folder'));
}

/** The overrides that the options ask for. */
export function overridesOf({ trace, nodes, set, seed }: OverrideOptions): Overrides {
  return {
    ...(trace === undefined ? {} : { trace }),
    ...(nodes === undefined ? {} : { nodes }),
    ...(set === undefined ? {} : { set }),
    ...(seed === undefined ? {} : { seed }),
  };
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return value;
}
