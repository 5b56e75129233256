/** Identifiers are small integers (indices into tables); the brand keeps a job from being used as a node. */
declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Index into a JobTable: 0 .. jobs-1, in (submit time, file order). */
export type JobId = Brand<number, 'JobId'>;
/** Index of a node in its cluster: 0 .. nodes-1, in the order in which the pools are declared. */
export type NodeId = Brand<number, 'NodeId'>;
