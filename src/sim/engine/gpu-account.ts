import type { Cluster } from '../model/cluster.ts';

const WHOLE_MILLI = 1000;

/**
 * The gate's own account of shared GPUs: how many thousandths of each are promised. It knows nothing of the ledger that
 * placements see, so that a mistake there cannot hide here.
 */
export class GpuAccount {
  private readonly firstGpu: Int32Array;
  private readonly promised: Int32Array;

  constructor({ nodeCount, nodeGpus, gpuCount }: Cluster) {
    this.firstGpu = new Int32Array(nodeCount + 1);
    for (let node = 0; node < nodeCount; node++) this.firstGpu[node + 1] = this.firstGpu[node]! + nodeGpus[node]!;
    this.promised = new Int32Array(gpuCount);
  }

  /** Why so many thousandths of a GPU cannot be promised; '' if they can. */
  refusal(node: number, gpu: number, milli: number): string {
    const gpus = this.firstGpu[node + 1]! - this.firstGpu[node]!;
    if (!(gpu >= 0 && gpu < gpus)) return `it has no GPU ${gpu} to give, but ${gpus} in all`;
    const left = WHOLE_MILLI - this.promised[this.firstGpu[node]! + gpu]!;
    return milli <= left ? '' : `${milli} thousandths of GPU ${gpu} wanted, ${left} left`;
  }

  /** Promises thousandths of a GPU. True if nobody used it before. */
  take(node: number, gpu: number, milli: number): boolean {
    const at = this.firstGpu[node]! + gpu;
    const before = this.promised[at]!;
    this.promised[at] = before + milli;
    return before === 0;
  }

  /** Takes a promise back. True if nobody uses the GPU now. */
  give(node: number, gpu: number, milli: number): boolean {
    const at = this.firstGpu[node]! + gpu;
    const after = this.promised[at]! - milli;
    this.promised[at] = after;
    return after === 0;
  }
}
