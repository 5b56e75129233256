import { NO_DOMAIN, type DomainView } from '../contract/placement.ts';
import { NOBODY, OrderedLine } from '../kernel/ordered-line.ts';
import type { Cluster } from '../model/cluster.ts';
import { domainsOf, type DomainLevel, type Domains } from '../model/domains.ts';

/**
 * The domains of one level with their free GPUs and idle nodes, in order of each, so that the tightest that holds so
 * many GPUs and the one with most idle nodes are found without looking at the others.
 */
export class DomainIndex implements DomainView {
  private readonly domains: Domains;
  private readonly nodeGpus: Int32Array;
  private readonly typeOf: Uint8Array;
  private readonly free: Int32Array;
  private readonly idle: Int32Array;
  /** Per GPU type: domains by free GPUs, and by idle nodes, most first. */
  private readonly byFree: OrderedLine[] = [];
  private readonly byIdle: OrderedLine[] = [];

  constructor(cluster: Cluster, level: DomainLevel) {
    this.domains = domainsOf(cluster, level);
    this.nodeGpus = cluster.nodeGpus;
    const { count, domainOf, firstNode } = this.domains;
    this.typeOf = Uint8Array.from(firstNode, (node) => cluster.nodeType[node]!);
    this.free = new Int32Array(count);
    this.idle = new Int32Array(count);
    for (let node = 0; node < cluster.nodeCount; node++) {
      this.free[domainOf[node]!]! += cluster.nodeGpus[node]!;
      this.idle[domainOf[node]!]!++;
    }
    for (let type = 0; type < cluster.gpuTypes.length; type++) {
      this.byFree.push(new OrderedLine());
      this.byIdle.push(new OrderedLine());
    }
    for (let domain = 0; domain < count; domain++) {
      this.byFree[this.typeOf[domain]!]!.insert(this.free[domain]!, domain);
      this.byIdle[this.typeOf[domain]!]!.insert(-this.idle[domain]!, domain);
    }
  }

  tightest(type: number, gpus: number): number {
    return domainOr(this.byFree[type]!.after(gpus, -1));
  }

  looser(domain: number): number {
    return domainOr(this.byFree[this.typeOf[domain]!]!.after(this.free[domain]!, domain));
  }

  mostIdle(type: number): number {
    return domainOr(this.byIdle[type]!.first());
  }

  lessIdle(domain: number): number {
    return domainOr(this.byIdle[this.typeOf[domain]!]!.after(-this.idle[domain]!, domain));
  }

  idleNodes(domain: number): number {
    return this.idle[domain]!;
  }

  firstNode(domain: number): number {
    return this.domains.firstNode[domain]!;
  }

  endNode(domain: number): number {
    return this.domains.endNode[domain]!;
  }

  /** Nodes from .. to-1, all with `before` GPUs free until now, have `after`. */
  moved(from: number, to: number, before: number, after: number): void {
    for (let node = from; node < to; node++) {
      const domain = this.domains.domainOf[node]!;
      const type = this.typeOf[domain]!;
      const free = this.free[domain]!;
      this.byFree[type]!.remove(free, domain);
      this.byFree[type]!.insert(free + after - before, domain);
      this.free[domain] = free + after - before;
      const size = this.nodeGpus[node]!;
      if (before !== size && after !== size) continue;
      const idle = this.idle[domain]!;
      const change = after === size ? 1 : -1;
      this.byIdle[type]!.remove(-idle, domain);
      this.byIdle[type]!.insert(-idle - change, domain);
      this.idle[domain] = idle + change;
    }
  }
}

function domainOr(member: number): number {
  return member === NOBODY ? NO_DOMAIN : member;
}
