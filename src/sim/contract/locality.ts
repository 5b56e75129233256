// A policy takes only types from the model; this value it needs to compare with.
export { Locality } from '../model/data-sets.ts';
