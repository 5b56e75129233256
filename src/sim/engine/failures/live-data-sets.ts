import type { DataSets, NodeStretches } from '../../model/data-sets.ts';
import type { RunSpec } from '../run-spec.ts';

/** Data sets whose copies come and go in the course of a run. */
export interface LiveDataSets extends DataSets {
  readonly copies: NodeStretches[];
  readonly racks: NodeStretches[];
}

/** The data sets of a run of whose copies faults may destroy some: its own, so that the spec stays as it is. */
export function liveDataSets({ data, failures }: RunSpec): LiveDataSets | undefined {
  const isAtRisk = failures?.model.classes.some(({ destroysData }) => destroysData === true) ?? false;
  return data !== undefined && isAtRisk ? { ...data, copies: [...data.copies], racks: [...data.racks] } : undefined;
}
