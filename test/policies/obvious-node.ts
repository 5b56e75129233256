/** A node with what is free on it. */
export interface ObviousNode {
  readonly node: number;
  readonly type: number;
  /** All its GPUs, busy or not. */
  readonly size: number;
  readonly cpuMilliSize: number;
  readonly memoryMiBSize: number;
  /** GPUs of each gang on it. */
  held: readonly number[];
  gpus: number;
  cpuMilli: number;
  memoryMiB: number;
}
