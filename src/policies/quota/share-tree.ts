import type { QuotaTree } from '../../sim/model/quota-tree.ts';
import type { DecayedUsage } from './decayed-usage.ts';
import { FairShare } from './fair-share.ts';
import type { QuotaLedger } from './quota-ledger.ts';

/** The fair share of every queue: the cluster's GPUs divided among the top, each parent's share among its children. */
export class ShareTree {
  /** GPUs, as of the last `update`. */
  readonly share: Float64Array;
  private readonly ledger: QuotaLedger;
  private readonly tree: QuotaTree;
  private readonly request: Float64Array;
  private readonly usage: Float64Array;
  /** By parent, the top in the last place; undefined for queues without children. */
  private readonly divisions: readonly (FairShare | undefined)[];

  constructor(ledger: QuotaLedger) {
    const { tree } = ledger;
    this.ledger = ledger;
    this.tree = tree;
    this.share = new Float64Array(tree.count);
    this.request = new Float64Array(tree.count);
    this.usage = new Float64Array(tree.count);
    const claims = {
      deserved: tree.quota,
      limit: tree.limit,
      overQuotaWeight: tree.weight,
      priority: tree.priority,
      request: this.request,
      usage: this.usage,
    };
    const children = Array.from({ length: tree.count + 1 }, (): number[] => []);
    for (let queue = 0; queue < tree.count; queue++) children.at(tree.parent[queue]!)!.push(queue);
    this.divisions = children.map((queues) => (queues.length === 0 ? undefined : new FairShare(claims, queues)));
  }

  /** Divides so many GPUs by what queues hold and wait for now; past use counts by `kValue`. */
  update(gpus: number, kValue: number, past: DecayedUsage | undefined, sinceUs: number): void {
    const { tree, ledger, request, share, divisions } = this;
    if (past !== undefined) {
      const whole = gpus * past.remembered(sinceUs);
      for (let queue = 0; queue < tree.count; queue++) {
        this.usage[queue] = whole === 0 ? 0 : past.gpuUs[queue]! / whole;
      }
    }
    for (let queue = 0; queue < tree.count; queue++) {
      request[queue] = ledger.heldGpus[queue]! + ledger.waitingGpus[queue]!;
    }
    divisions.at(-1)?.divide(gpus, kValue, share);
    // Parents come before their children.
    for (let queue = 0; queue < tree.count; queue++) divisions[queue]?.divide(share[queue]!, kValue, share);
  }
}
