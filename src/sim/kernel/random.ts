/** A stream of uniform draws with state that can be saved and restored. Source of all luck in a run. */
export interface RandomStream {
  /** Uniform in (0, 1): never 0, never 1. */
  uniform(): number;
  /** JSON-serialisable state; `restore` of it makes the stream draw the same numbers again. */
  save(): unknown;
  restore(state: unknown): void;
}
