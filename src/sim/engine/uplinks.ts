import type { Cluster } from '../model/cluster.ts';
import { domainsOf } from '../model/domains.ts';
import { paceAcrossLeaves, type UplinkModel } from '../model/uplinks.ts';
import { RUN, type Grants } from './grants.ts';

/** How fast gangs are where they lie: slower where their exchange crosses the uplinks of leaf switches. */
export class Uplinks {
  private readonly leafOf: Int32Array;
  private readonly grants: Grants;
  private readonly pace: number;

  constructor(model: UplinkModel, cluster: Cluster, grants: Grants) {
    this.leafOf = domainsOf(cluster, 'leaf').domainOf;
    this.grants = grants;
    this.pace = paceAcrossLeaves(model);
  }

  /** Speed with what a job has been granted, relative to lying under one leaf; 0 < pace <= 1. */
  paceOf(job: number): number {
    const { leafOf } = this;
    const { data, first, runs } = this.grants;
    const begin = first[job]!;
    const end = begin + RUN * runs[job]!;
    const leaf = leafOf[data[begin]!];
    for (let at = begin; at < end; at += RUN) {
      const last = data[at]! + data[at + 1]! - 1;
      if (leafOf[data[at]!] !== leaf || leafOf[last] !== leaf) return this.pace;
    }
    return 1;
  }
}
