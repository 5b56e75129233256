import { AleaStream } from '../../src/sim/kernel/random.ts';

/** A gang that writes a checkpoint of so many bytes after each `everyS` of running, on average. */
export interface Writer {
  readonly nodes: number;
  readonly bytes: number;
  readonly everyS: number;
}

/** Bytes a second. */
export interface Bandwidths {
  readonly storage: number;
  readonly node: number;
}

interface Gang extends Writer {
  /** Until it writes; not while it does. */
  runLeftS: number;
  bytesLeft: number;
}

/**
 * The part of its time in which each gang stands still over its checkpoints, event by event: every node that writes gets
 * the same part of the bandwidth at every instant. Intervals are drawn evenly between half and one and a half of their
 * mean, so that gangs fall out of step, as faults and starts make real ones.
 */
export function stalledPartsByEvents(
  writers: readonly Writer[],
  bandwidths: Bandwidths,
  checkpoints: number,
): number[] {
  const luck = new AleaStream('storage twin');
  const draw = ({ everyS }: Writer): number => everyS * (0.5 + luck.uniform());
  const gangs: Gang[] = writers.map((writer) => ({ ...writer, runLeftS: draw(writer), bytesLeft: 0 }));
  const stalledS = writers.map(() => 0);
  let nowS = 0;
  for (let written = 0; written < checkpoints * writers.length;) {
    const rates = ratesOf(gangs, bandwidths);
    const leftS = gangs.map(({ bytesLeft, runLeftS }, at) => (bytesLeft > 0 ? bytesLeft / rates[at]! : runLeftS));
    const next = leftS.indexOf(Math.min(...leftS));
    const stepS = leftS[next]!;
    nowS += stepS;
    gangs.forEach((gang, at) => {
      if (gang.bytesLeft > 0) {
        stalledS[at]! += stepS;
        gang.bytesLeft -= rates[at]! * stepS;
      } else gang.runLeftS -= stepS;
    });
    const gang = gangs[next]!;
    if (gang.runLeftS <= 0) {
      gang.runLeftS = draw(gang);
      gang.bytesLeft = gang.bytes;
    } else {
      gang.bytesLeft = 0;
      written++;
    }
  }
  return stalledS.map((s) => s / nowS);
}

function ratesOf(gangs: readonly Gang[], { storage, node }: Bandwidths): number[] {
  const nodes = gangs.reduce((sum, gang) => sum + (gang.bytesLeft > 0 ? gang.nodes : 0), 0);
  return gangs.map((gang) => gang.nodes * Math.min(node, storage / nodes));
}
