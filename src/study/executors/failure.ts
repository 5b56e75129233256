import { ScenarioError, type Problem } from '../../scenario/problems.ts';
import { PolicyError } from '../../sim/engine/policy-error.ts';

/** An executor cannot do its work: what is wrong with it, and the mend. */
export class ExecutorError extends Error {
  override readonly name: string = 'ExecutorError';
  /** Key of the run that is to blame, if one is. */
  readonly key: string | undefined;

  constructor(message: string, key?: string) {
    super(message);
    this.key = key;
  }
}

/** An executor that cannot be had as it was asked for, before anything was done. */
export class ExecutorRefusal extends ExecutorError {
  override readonly name = 'ExecutorRefusal';
}

/** Why a run failed, as plain data: the class of an error does not survive the way from another thread or machine. */
export type Failure =
  | { readonly kind: 'scenario'; readonly problems: readonly Problem[] }
  | { readonly kind: 'policy' | 'executor' | 'other'; readonly message: string; readonly stack: string };

/** What travels. */
export function failureOf(error: unknown): Failure {
  if (error instanceof ScenarioError) return { kind: 'scenario', problems: error.problems };
  const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
  return { kind: kindOf(error), message, stack };
}

function kindOf(error: unknown): 'policy' | 'executor' | 'other' {
  if (error instanceof PolicyError) return 'policy';
  return error instanceof ExecutorError ? 'executor' : 'other';
}

/** The error that it was, on arrival. */
export function errorOf(failure: Failure): Error {
  switch (failure.kind) {
    case 'scenario':
      return new ScenarioError(failure.problems);
    case 'policy': {
      // Its constructor makes the message, which is there already.
      const error: unknown = Object.create(PolicyError.prototype, {
        name: { value: 'PolicyError' },
        message: { value: failure.message },
        stack: { value: failure.stack },
      });
      return error as PolicyError;
    }
    case 'executor':
      return new ExecutorError(failure.message);
    case 'other': {
      const error = new Error(failure.message);
      error.stack = failure.stack;
      return error;
    }
    default:
      return failure satisfies never;
  }
}
