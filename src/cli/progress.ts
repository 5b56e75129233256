import { SingleBar } from 'cli-progress';
import { grouped } from '../report/quantities.ts';
import type { Progress } from '../study/run-scenario.ts';

/** Shows how far a run is. */
export interface ProgressView {
  readonly update: (progress: Progress) => void;
  /** Takes the display away; may be called twice. */
  readonly end: () => void;
}

const LINE_EVERY_MS = 10_000;
/** A run that is over at once needs no bar. */
const BAR_AFTER_MS = 400;

/** A bar on a terminal, a plain line every ten seconds elsewhere; both on stderr, so that results can be piped. */
export function showProgress(startDate: string | null): ProgressView {
  return process.stderr.isTTY ? barView(startDate) : lineView(startDate);
}

function barView(startDate: string | null): ProgressView {
  const bar = new SingleBar({
    format: '{bar} {percentage} % | {value}/{total} jobs | {date} | {rate} events/s | {left} left',
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    // Without this the bar would install its own signal handlers.
    gracefulExit: false,
    fps: 10,
  });
  const beganMs = performance.now();
  let isShown = false;
  return {
    update: (progress) => {
      const elapsedS = (performance.now() - beganMs) / 1000;
      if (!isShown && elapsedS * 1000 < BAR_AFTER_MS) return;
      const figures = figuresOf(progress, elapsedS, startDate);
      if (!isShown) bar.start(progress.jobs, progress.jobsDone, figures);
      isShown = true;
      bar.update(progress.jobsDone, figures);
    },
    end: () => {
      if (isShown) bar.stop();
      isShown = false;
    },
  };
}

function lineView(startDate: string | null): ProgressView {
  const beganMs = performance.now();
  let lastMs = beganMs;
  return {
    update: (progress) => {
      const nowMs = performance.now();
      if (nowMs - lastMs < LINE_EVERY_MS) return;
      lastMs = nowMs;
      const { date, rate, left } = figuresOf(progress, (nowMs - beganMs) / 1000, startDate);
      const jobs = `${grouped(progress.jobsDone, 0)} of ${grouped(progress.jobs, 0)} jobs`;
      process.stderr.write(`${jobs}, ${date}, ${rate} events/s, ${left} left\n`);
    },
    end: () => undefined,
  };
}

interface ShownFigures {
  readonly date: string;
  readonly rate: string;
  readonly left: string;
}

function figuresOf(
  { jobsDone, jobs, nowS, events }: Progress,
  elapsedS: number,
  startDate: string | null,
): ShownFigures {
  const leftS = jobsDone === 0 ? Infinity : (elapsedS / jobsDone) * (jobs - jobsDone);
  return {
    date: startDate === null ? `day ${grouped(nowS / 86_400, 1)}` : dateAt(startDate, nowS),
    rate: grouped(elapsedS > 0 ? events / elapsedS : 0, 0),
    left: leftS === Infinity ? '?' : clockText(leftS),
  };
}

function dateAt(startDate: string, nowS: number): string {
  const date = new Date(Date.parse(startDate) + nowS * 1000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 10);
}

/** 0:07, 12:30, 1:02:03 */
function clockText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}
