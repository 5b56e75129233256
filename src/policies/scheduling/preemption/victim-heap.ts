import type { JobId } from '../../../sim/model/brand.ts';

/** Running jobs, the one to give way first on top: largest key, then largest tie, then latest job. */
export class VictimHeap {
  length = 0;
  private jobs = new Int32Array(64);
  private keys = new Float64Array(64);
  private ties = new Float64Array(64);

  clear(): void {
    this.length = 0;
  }

  /** Adds without order; call `settle` when all are in. */
  add(job: JobId, key: number, tie: number): void {
    if (this.length === this.jobs.length) this.grow();
    this.jobs[this.length] = job;
    this.keys[this.length] = key;
    this.ties[this.length] = tie;
    this.length++;
  }

  settle(): void {
    for (let at = (this.length >>> 1) - 1; at >= 0; at--) this.sink(at);
  }

  /** The key on top. The heap must not be empty. */
  get topKey(): number {
    return this.keys[0]!;
  }

  get top(): JobId {
    return this.jobs[0]! as JobId;
  }

  pop(): void {
    this.length--;
    this.jobs[0] = this.jobs[this.length]!;
    this.keys[0] = this.keys[this.length]!;
    this.ties[0] = this.ties[this.length]!;
    this.sink(0);
  }

  private sink(from: number): void {
    let at = from;
    for (;;) {
      const left = 2 * at + 1;
      let most = at;
      if (left < this.length && this.isWorse(left, most)) most = left;
      if (left + 1 < this.length && this.isWorse(left + 1, most)) most = left + 1;
      if (most === at) return;
      this.swap(at, most);
      at = most;
    }
  }

  private isWorse(a: number, b: number): boolean {
    const { keys, ties, jobs } = this;
    if (keys[a] !== keys[b]) return keys[a]! > keys[b]!;
    if (ties[a] !== ties[b]) return ties[a]! > ties[b]!;
    return jobs[a]! > jobs[b]!;
  }

  private swap(a: number, b: number): void {
    const { jobs, keys, ties } = this;
    const [job, key, tie] = [jobs[a]!, keys[a]!, ties[a]!];
    jobs[a] = jobs[b]!;
    keys[a] = keys[b]!;
    ties[a] = ties[b]!;
    jobs[b] = job;
    keys[b] = key;
    ties[b] = tie;
  }

  private grow(): void {
    const wider = <T extends Int32Array | Float64Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    this.jobs = wider(this.jobs, new Int32Array(2 * this.length));
    this.keys = wider(this.keys, new Float64Array(2 * this.length));
    this.ties = wider(this.ties, new Float64Array(2 * this.length));
  }
}
