import type { Cluster } from '../../model/cluster.ts';
import { rangesOf } from '../../model/components.ts';
import type { ComponentClass, FailureModel } from '../../model/failure-model.ts';
import { faultScopes } from '../../model/fault-scope.ts';
import { RUN, type Grants } from '../grants.ts';

/** Faults that are to be expected in each domain of a scope; a gang with one GPU in it bears them all. */
interface Risk {
  /** Faults an us of each domain. */
  readonly rates: Float64Array;
  readonly domainOf: Int32Array;
  /** The gang that each domain was counted for last. */
  readonly countedFor: Int32Array;
}

/** How often faults stop a gang, by the means of the catalogue and where it stands. */
export class GangRisks {
  private readonly risks: readonly Risk[];
  private readonly grants: Grants;
  /** Counts the gangs whose risk was asked for. */
  private asked = 0;

  constructor(model: FailureModel, cluster: Cluster, grants: Grants) {
    this.risks = risksOf(model, cluster);
    this.grants = grants;
  }

  /** Faults an us that stop a gang where it stands now. */
  rateOf(job: number): number {
    const { data, first, runs } = this.grants;
    const end = first[job]! + RUN * runs[job]!;
    let rate = 0;
    this.asked++;
    for (let at = first[job]!; at < end; at += RUN) {
      for (let node = data[at]!; node < data[at]! + data[at + 1]!; node++) rate += this.newRiskOn(node);
    }
    return rate;
  }

  /** Faults an us of the domains that the node brings to those that the gang at hand stands in already. */
  private newRiskOn(node: number): number {
    let rate = 0;
    for (const risk of this.risks) {
      const domain = risk.domainOf[node]!;
      if (risk.countedFor[domain] === this.asked) continue;
      risk.countedFor[domain] = this.asked;
      rate += risk.rates[domain]!;
    }
    return rate;
  }
}

function risksOf({ classes }: FailureModel, cluster: Cluster): Risk[] {
  return faultScopes.flatMap((scope) => {
    const stops = (kind: ComponentClass): boolean => kind.only === undefined && kind.slow?.isIgnored !== true;
    const expected = classes.filter((kind) => (kind.scope === 'gpu' ? 'node' : kind.scope) === scope && stops(kind));
    const ranges = rangesOf({ scope }, cluster);
    const rates = Float64Array.from(ranges, ([from], domain) =>
      expected
        .filter((kind) => isIn(kind, domain, cluster.nodePool[from]!))
        .reduce((sum, kind) => sum + componentsIn(kind, cluster.nodeGpus[from]!) / kind.meanTimeToFaultUs, 0),
    );
    if (rates.every((rate) => rate === 0)) return [];
    const domainOf = new Int32Array(cluster.nodeCount);
    ranges.forEach(([from, to], domain) => domainOf.fill(domain, from, to));
    return [{ rates, domainOf, countedFor: new Int32Array(ranges.length) }];
  });
}

/** In a domain of the scope by which risks are told apart; GPUs take their node down, and so count by nodes. */
function componentsIn({ scope, perDomain }: ComponentClass, gpusOfNode: number): number {
  return scope === 'gpu' ? perDomain * gpusOfNode : perDomain;
}

/** Some classes are in one pool alone, and those of a trace on the nodes that it was put on. */
function isIn({ pool, ownLifetimes }: ComponentClass, domain: number, poolOfDomain: number): boolean {
  return (pool === undefined || pool === poolOfDomain) && ownLifetimes?.has(domain) !== false;
}
