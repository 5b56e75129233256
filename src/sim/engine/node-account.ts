import type { Cluster } from '../model/cluster.ts';
import type { Gang } from '../contract/placement.ts';
import { shareOf } from './share-of.ts';
import { GpuAccount } from './gpu-account.ts';
import { RUN, type Grants } from './grants.ts';
import type { RunState } from './state.ts';

/** The GPU type of a gang that holds no GPU, or of any. */
export const NO_TYPE = -1;

/** Stops the run: the start of a job, where (' on node 7' or ''), why it cannot be, and the mend. */
export type RefuseGrant = (job: number, where: string, why: string, mend: string) => never;

/**
 * The gate's account of what is free on every node: GPUs, cores and memory, in the columns of the state. It reads what
 * was granted and nothing of the index that placements search, so that a mistake there cannot hide here.
 */
export class NodeAccount {
  private readonly cluster: Cluster;
  private readonly state: RunState;
  private readonly grants: Grants;
  /** Only where jobs share GPUs. */
  private readonly shared: GpuAccount | undefined;
  private readonly refuse: RefuseGrant;
  /** 1: takes no more work. */
  private readonly isClosed: Uint8Array;
  private closedCount = 0;
  /** Counts what gangs gave back while some nodes were closed: as long as it stands still, none of these has emptied. */
  returns = 0;

  constructor(cluster: Cluster, state: RunState, grants: Grants, shares: boolean, refuse: RefuseGrant) {
    this.cluster = cluster;
    this.state = state;
    this.grants = grants;
    this.shared = shares ? new GpuAccount(cluster) : undefined;
    this.refuse = refuse;
    this.isClosed = new Uint8Array(cluster.nodeCount);
  }

  /** Checks and takes what the placement granted; the GPU type. A gang that stays where it was may do so on a closed node. */
  take(job: number, gang: Gang, stays = false): number {
    const { cluster, grants, shared } = this;
    const { data } = grants;
    const first = grants.first[job]!;
    const end = first + RUN * grants.runs[job]!;
    const type = end > first ? cluster.nodeType[data[first]!]! : NO_TYPE;
    let granted = 0;
    let named = end;
    for (let at = first; at < end; at += RUN) {
      const from = data[at]!;
      const to = from + data[at + 1]!;
      const gpus = data[at + 2]!;
      if (!(from >= 0 && from < to && to <= cluster.nodeCount) || gpus < 0)
        this.badGrant(job, from, 'there is no such node');
      this.checkType(job, from, to, type);
      if (this.closedCount > 0 && !stays) this.checkOpen(job, from, to);
      if (shared === undefined) this.takeWhole(job, from, to, gpus);
      else named = this.takeNamed(job, gang, from, to, gpus, named, shared);
      if (needsMoreThanGpus(gang)) this.takeCpuAndMemory(job, gang, from, to, gpus);
      granted += gpus * (to - from);
    }
    if (type !== NO_TYPE && ((gang.typeMask >>> type) & 1) === 0) {
      this.badGrant(job, data[first]!, `GPU type ${cluster.gpuTypes[type]} is not allowed for it`);
    }
    if (granted !== gang.gpus) {
      this.refuse(job, '', `it was granted ${granted} of ${gang.gpus} GPUs`, 'place gangs whole');
    }
    return type;
  }

  /** Gives back what a gang holds. */
  give(job: number, gang: Gang): void {
    const { grants, shared } = this;
    const { data } = grants;
    const first = grants.first[job]!;
    const end = first + RUN * grants.runs[job]!;
    let named = end;
    if (this.closedCount > 0) this.returns++;
    for (let at = first; at < end; at += RUN) {
      const from = data[at]!;
      const to = from + data[at + 1]!;
      const gpus = data[at + 2]!;
      if (shared === undefined) this.giveWhole(from, to, gpus);
      else named = this.giveNamed(gang, from, to, gpus, named, shared);
      if (needsMoreThanGpus(gang)) this.giveCpuAndMemory(gang, from, to, gpus);
    }
  }

  /** A node takes no more work; gangs that stand on it may stay. */
  close(node: number): void {
    this.isClosed[node] = 1;
    this.closedCount++;
  }

  reopen(node: number): void {
    this.isClosed[node] = 0;
    this.closedCount--;
  }

  /** Whether gangs hold anything of a node. */
  isHeld(node: number): boolean {
    const { cluster, state } = this;
    return (
      state.freeGpus[node] !== cluster.nodeGpus[node] ||
      state.freeCpuMilli[node] !== cluster.nodeCpuMilli[node] ||
      state.freeMemoryMiB[node] !== cluster.nodeMemoryMiB[node]
    );
  }

  /** Whether what the grants table says of a lifted gang is still free. */
  hasRoom(job: number, gang: Gang): boolean {
    const { state, grants } = this;
    const { data } = grants;
    const needsMore = needsMoreThanGpus(gang);
    const end = grants.first[job]! + RUN * grants.runs[job]!;
    let named = end;
    for (let at = grants.first[job]!; at < end; at += RUN) {
      const gpus = data[at + 2]!;
      for (let node = data[at]!; node < data[at]! + data[at + 1]!; node++) {
        if (this.shared === undefined) {
          if (state.freeGpus[node]! < gpus) return false;
        } else if (!this.hasNamed(gang, node, gpus, named, this.shared)) return false;
        named += gpus;
        if (!needsMore) continue;
        if (state.freeCpuMilli[node]! < shareOf(gang.cpuMilli, gpus, gang.gpus)) return false;
        if (state.freeMemoryMiB[node]! < shareOf(gang.memoryMiB, gpus, gang.gpus)) return false;
      }
    }
    return true;
  }

  private checkType(job: number, from: number, to: number, type: number): void {
    const { nodeType, gpuTypes } = this.cluster;
    if (gpuTypes.length === 1) return;
    for (let node = from; node < to; node++) {
      if (nodeType[node] !== type) this.badGrant(job, node, 'a gang stays within one GPU type');
    }
  }

  private checkOpen(job: number, from: number, to: number): void {
    for (let node = from; node < to; node++) {
      if (this.isClosed[node] === 1) this.badGrant(job, node, 'it is out of service or about to be');
    }
  }

  private takeWhole(job: number, from: number, to: number, gpus: number): void {
    const { freeGpus } = this.state;
    for (let node = from; node < to; node++) {
      const free = freeGpus[node]! - gpus;
      if (free < 0) this.badGrant(job, node, `${gpus} GPUs wanted, ${freeGpus[node]} free`);
      freeGpus[node] = free;
    }
  }

  private giveWhole(from: number, to: number, gpus: number): void {
    const { freeGpus } = this.state;
    for (let node = from; node < to; node++) freeGpus[node]! += gpus;
  }

  /** Takes GPUs that the grant names by their index on the node, from data[named] on; one past the last of them. */
  private takeNamed(
    job: number,
    gang: Gang,
    from: number,
    to: number,
    gpus: number,
    named: number,
    account: GpuAccount,
  ): number {
    const { data } = this.grants;
    const milli = milliOfEach(gang);
    let at = named;
    for (let node = from; node < to; node++) {
      for (const end = at + gpus; at < end; at++) {
        const why = account.refusal(node, data[at]!, milli);
        if (why !== '') this.badGrant(job, node, why);
        if (account.take(node, data[at]!, milli)) this.state.freeGpus[node]!--;
      }
    }
    return at;
  }

  private hasNamed(gang: Gang, node: number, gpus: number, named: number, account: GpuAccount): boolean {
    const { data } = this.grants;
    const milli = milliOfEach(gang);
    for (let at = named; at < named + gpus; at++) if (account.refusal(node, data[at]!, milli) !== '') return false;
    return true;
  }

  private giveNamed(gang: Gang, from: number, to: number, gpus: number, named: number, account: GpuAccount): number {
    const { data } = this.grants;
    const milli = milliOfEach(gang);
    let at = named;
    for (let node = from; node < to; node++) {
      for (const end = at + gpus; at < end; at++) {
        if (account.give(node, data[at]!, milli)) this.state.freeGpus[node]!++;
      }
    }
    return at;
  }

  private takeCpuAndMemory(job: number, gang: Gang, from: number, to: number, gpus: number): void {
    const { freeCpuMilli, freeMemoryMiB } = this.state;
    const cpuMilli = shareOf(gang.cpuMilli, gpus, gang.gpus);
    const memoryMiB = shareOf(gang.memoryMiB, gpus, gang.gpus);
    for (let node = from; node < to; node++) {
      const cpu = freeCpuMilli[node]! - cpuMilli;
      const memory = freeMemoryMiB[node]! - memoryMiB;
      if (cpu < 0) this.badGrant(job, node, `${-cpu / 1000} CPU cores are missing`);
      if (memory < 0) this.badGrant(job, node, `${-memory} MiB of memory are missing`);
      freeCpuMilli[node] = cpu;
      freeMemoryMiB[node] = memory;
    }
  }

  private giveCpuAndMemory(gang: Gang, from: number, to: number, gpus: number): void {
    const { freeCpuMilli, freeMemoryMiB } = this.state;
    const cpuMilli = shareOf(gang.cpuMilli, gpus, gang.gpus);
    const memoryMiB = shareOf(gang.memoryMiB, gpus, gang.gpus);
    for (let node = from; node < to; node++) {
      freeCpuMilli[node]! += cpuMilli;
      freeMemoryMiB[node]! += memoryMiB;
    }
  }

  private badGrant(job: number, node: number, why: string): never {
    this.refuse(job, ` on node ${node}`, why, 'grant only what the free view shows');
  }
}

function needsMoreThanGpus({ cpuMilli, memoryMiB }: Gang): boolean {
  return cpuMilli > 0 || memoryMiB > 0;
}

/** Thousandths of each of its GPUs that a gang holds. */
function milliOfEach({ shareMilli }: Gang): number {
  return shareMilli > 0 ? shareMilli : 1000;
}
