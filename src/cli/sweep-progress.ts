import { SingleBar } from 'cli-progress';
import type { SweepProgress } from '../study/sweep.ts';

/** Shows how far a sweep is. */
export interface SweepProgressView {
  readonly update: (progress: SweepProgress) => void;
  readonly end: () => void;
}

const LINE_EVERY_MS = 10_000;

/** A bar on a terminal, a plain line every ten seconds elsewhere; both on stderr. */
export function showSweepProgress(): SweepProgressView {
  return process.stderr.isTTY ? barView() : lineView();
}

function barView(): SweepProgressView {
  const bar = new SingleBar({
    format: '{bar} {percentage} % | {value}/{total} runs | {pointsDone}/{points} points | {eta_formatted} left',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 10,
  });
  let isShown = false;
  return {
    update: ({ runsDone, runs, pointsDone, points }) => {
      if (!isShown) bar.start(runs, runsDone, { pointsDone, points });
      isShown = true;
      bar.setTotal(runs);
      bar.update(runsDone, { pointsDone, points });
    },
    end: () => {
      if (isShown) bar.stop();
      isShown = false;
    },
  };
}

function lineView(): SweepProgressView {
  let lastMs = performance.now();
  return {
    update: ({ runsDone, runs, pointsDone, points }) => {
      const nowMs = performance.now();
      if (nowMs - lastMs < LINE_EVERY_MS) return;
      lastMs = nowMs;
      process.stderr.write(`${runsDone} of ${runs} runs, ${pointsDone} of ${points} points\n`);
    },
    end: () => undefined,
  };
}
