/** Speed-up by number of GPUs: straight lines between the points, from (0, 0) to the first, level after the last. */
export interface SpeedUpCurve {
  /** Numbers of GPUs, > 0, ascending. Empty: linear, twice the GPUs give twice the speed. */
  readonly gpus: Float64Array;
  /** Speed at each of them in any unit, > 0: only ratios count. */
  readonly speedUp: Float64Array;
}

/** How fast jobs of a kind run on each GPU type and with so many GPUs. */
export interface JobClass {
  readonly name: string;
  /** Per GPU type of the cluster, >= 0: 1 for the type that running times are stated for, 0 where it cannot run. */
  readonly speedByType: Float64Array;
  readonly curve: SpeedUpCurve;
  /** Per GPU type, training steps a second with the GPUs it asks for, >= 0. Left out: its work is not counted in steps. */
  readonly stepsPerS?: Float64Array;
}

/** A class that a list of jobs brings along, before the cluster is known. */
export interface ClassDraft {
  readonly name: string;
  /**
   * Training steps a second by name of the GPU type, >= 0 and on one > 0; 0 where it cannot run. Running times are stated
   * for the first type that is not 0.
   */
  readonly stepsPerSOfType: ReadonlyMap<string, number>;
}

const LINEAR: SpeedUpCurve = { gpus: new Float64Array(0), speedUp: new Float64Array(0) };

/** The class of jobs that name none: speed 1 on every type, linear in its GPUs. */
export function ordinaryClass(typeCount: number): JobClass {
  return { name: '', speedByType: new Float64Array(typeCount).fill(1), curve: LINEAR };
}

/** The class on a cluster. RangeError for a GPU type that the draft does not state; '' is no type, where all run at 1. */
export function classOnCluster({ name, stepsPerSOfType }: ClassDraft, gpuTypes: readonly string[]): JobClass {
  const stated = [...stepsPerSOfType.values()].find((rate) => rate > 0);
  if (stated === undefined) throw new RangeError(`job class ${JSON.stringify(name)} runs on no GPU type`);
  const stepsPerS = Float64Array.from(gpuTypes, (type) => {
    const rate = type === '' ? stated : stepsPerSOfType.get(type);
    if (rate === undefined) throw new RangeError(`job class ${JSON.stringify(name)} states no speed on ${type}`);
    return rate;
  });
  return { name, speedByType: stepsPerS.map((rate) => rate / stated), curve: LINEAR, stepsPerS };
}

/** Speed-up with so many GPUs in the curve's own unit; 0 for none. */
export function speedUpAt({ gpus: points, speedUp }: SpeedUpCurve, gpus: number): number {
  if (points.length === 0) return gpus;
  let left = 0;
  let leftSpeed = 0;
  for (let index = 0; index < points.length; index++) {
    const right = points[index]!;
    const rightSpeed = speedUp[index]!;
    if (gpus <= right) return leftSpeed + ((rightSpeed - leftSpeed) * (gpus - left)) / (right - left);
    left = right;
    leftSpeed = rightSpeed;
  }
  return leftSpeed;
}
