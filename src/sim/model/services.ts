/** Replicas that serve together: jobs without an end, of which so many must be up. */
export interface Service {
  readonly name: string;
  /** Its replicas, by JobId, ascending. */
  readonly replicas: readonly number[];
  /** It is up while so many of them serve; 1 <= needed <= replicas. */
  readonly needed: number;
}
