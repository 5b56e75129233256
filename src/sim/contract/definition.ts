/** A parameter of a policy: a JSON Schema fragment. `default` is what a scenario gets that does not name it. */
export type ParameterSchema = (
  | { readonly type: 'boolean'; readonly default: boolean }
  | {
      readonly type: 'integer' | 'number';
      readonly minimum?: number;
      readonly maximum?: number;
      readonly default: number;
    }
  | { readonly type: 'string'; readonly enum: readonly string[]; readonly default: string }
) & { readonly description: string };

/** Values of the parameters, every one present (defaults filled in by the scenario loader). */
export type ParameterValues = Readonly<Record<string, boolean | number | string>>;

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
  semantics(parameters: ParameterValues): Semantics;
  create(parameters: ParameterValues): Policy;
}
