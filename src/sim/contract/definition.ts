import type { LinearSolver } from './solver.ts';

/** A parameter of a policy or a trace format: a JSON Schema fragment. `default` is what one gets who does not name it. */
export type ScalarSchema = (
  | { readonly type: 'boolean'; readonly default: boolean }
  | {
      readonly type: 'integer' | 'number';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly default: number;
    }
  | { readonly type: 'string'; readonly enum: readonly string[]; readonly default: string }
) & { readonly description: string };

/** Parameters of policies may also be durations and lists. */
export type ParameterSchema =
  | ScalarSchema
  | ((
      | {
          /** Written '90s' or '2h' in a scenario; whole us here and for the policy. */
          readonly type: 'duration';
          readonly minimum?: number;
          readonly maximum?: number;
          readonly default: number;
        }
      | {
          /** Written '80GB' or '2TiB' in a scenario; whole bytes here and for the policy. */
          readonly type: 'size';
          readonly minimum?: number;
          readonly maximum?: number;
          readonly default: number;
        }
      | {
          /** The bounds hold for each number. */
          readonly type: 'numbers';
          readonly minimum?: number;
          readonly maximum?: number;
          readonly default: readonly number[];
        }
    ) & { readonly description: string });

/** Values of the parameters, every one present (defaults filled in by the scenario loader). */
export type ScalarValues = Readonly<Record<string, boolean | number | string>>;
export type ParameterValues = Readonly<Record<string, boolean | number | string | readonly number[]>>;

/** What the policy really does, printed beside every result: rule -> sentence. */
export type Semantics = Readonly<Record<string, string>>;

/**
 * How a policy presents itself to the registry, the scenario schema, the reference docs and `plimsoll policies`.
 * `create` makes the policy from complete, validated parameters.
 */
export interface PolicyDefinition<Policy> {
  readonly name: string;
  /** One line: what it does. */
  readonly summary: string;
  /** Where the rule is stated: paper, manual or standard. */
  readonly source: string;
  readonly parameters: Readonly<Record<string, ParameterSchema>>;
  /** True for a policy that solves linear programs; only then is a solver loaded and given to `create`. */
  readonly solver?: true;
  semantics(parameters: ParameterValues): Semantics;
  create(parameters: ParameterValues, solver?: LinearSolver): Policy;
}
