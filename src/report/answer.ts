import { sum } from 'd3-array';
import type { RunFigures, Summary } from '../sim/record/summary.ts';
import { causeWords } from './charts/wait-by-cause.ts';
import { html, type Html } from './html.ts';
import { countOf, durationInWords, percent, shown, type Quantity } from './quantities.ts';

/** The run in one sentence for somebody who reads nothing else, and a second one when jobs were left over. */
export function answerOf({ figures }: Summary): Html {
  if (figures.jobs.submitted === 0) {
    return html`No job was submitted, so ${machineOf(figures)} had nothing to do.`;
  }
  const { finished, submitted } = figures.jobs;
  const jobs =
    finished === submitted
      ? countOf(finished, 'job')
      : `${countOf(finished, 'job')} of ${countOf(submitted, 'job').replace(/ jobs?$/, '')}`;
  return html`${machineOf(figures)} ${finished === submitted ? 'ran' : 'finished'} ${strong(jobs)} in
  ${strong(durationInWords(figures.makespanS))} at ${strong(percent(figures.utilisation))} utilisation;
  ${waitOf(figures)}${causeOf(figures)}.${leftOver(figures)}`;
}

function machineOf({ pools }: RunFigures): Html {
  const gpus = sum(pools, (pool) => pool.gpus);
  const nodes = countOf(
    sum(pools, (pool) => pool.nodes),
    'node',
  );
  return gpus === 0 ? html`${nodes} without GPUs` : html`${nodes} with ${countOf(gpus, 'GPU')}`;
}

function waitOf({ all: { waitS } }: RunFigures): Html {
  if (waitS.count === 0) return html`no job started`;
  if (waitS.max === 0) return html`no job waited`;
  if (waitS.p95 === 0) return html`at least 19 in 20 jobs started at once`;
  const median =
    waitS.median === 0
      ? html`the median job did not wait`
      : html`the median job waited ${strong(durationInWords(waitS.median))}`;
  return html`${median}, one in twenty longer than ${strong(durationInWords(waitS.p95))}`;
}

function causeOf({ waitByCause }: RunFigures): Html | null {
  const inGpus = sum(waitByCause, (entry) => entry.gpuS) > 0;
  const weightOf = (entry: (typeof waitByCause)[number]): number => (inGpus ? entry.gpuS : entry.jobS);
  const whole = sum(waitByCause, weightOf);
  const largest = waitByCause.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
  if (largest === undefined || whole === 0) return null;
  const unit = inGpus ? 'GPU-hours' : 'job-hours';
  return html`; ${strong(percent(weightOf(largest) / whole))} of the waiting (in ${unit}) was
  ${causeWords[largest.cause].because}`;
}

function leftOver({ jobs }: RunFigures): Html | null {
  const parts = [
    jobs.running > 0 ? `${countOf(jobs.running, 'job')} still running` : null,
    jobs.waiting > 0 ? `${countOf(jobs.waiting, 'job')} still waiting` : null,
    jobs.rejected > 0 ? `${countOf(jobs.rejected, 'job')} turned away` : null,
  ].filter((part) => part !== null);
  return parts.length === 0 ? null : html` At the end: ${parts.join(', ')}.`;
}

function strong(value: Quantity | string): Html {
  return html`<strong>${typeof value === 'string' ? value : shown(value)}</strong>`;
}
