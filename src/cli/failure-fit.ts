import { fitTrace, type TraceFit } from '../scenario/catalogue/failures/trace-fit.ts';
import { ScenarioError } from '../scenario/problems.ts';
import { suggestion } from '../scenario/suggestions.ts';
import type { ScalarValues } from '../sim/contract/definition.ts';
import { failureFormats, importDownTimes } from '../traces/registry.ts';
import { warningLines } from './summary-in-words.ts';

/** What the command line says of the trace that is to be fitted. */
export interface FitOptions {
  readonly format?: string;
  /** Whole number, as written. */
  readonly nodes?: string;
  /** option=value, of the format. */
  readonly set?: readonly string[];
}

/** Fits a failure trace and answers how well it fits, and the component that a scenario would have. */
export async function fitInWords(file: string, { format, nodes, set = [] }: FitOptions): Promise<string> {
  const formats = failureFormats.map(({ name }) => name);
  if (format === undefined) refuse('--fit', `needs a format; add --format (known: ${formats.join(', ')})`);
  if (!formats.includes(format))
    refuse(`--format ${format}`, `is no format of failures; ${suggestion(format, formats)}`);
  if (nodes !== undefined && !/^\d{1,7}$/.test(nodes)) refuse(`--nodes ${nodes}`, 'must be a whole number of nodes');
  const trace = await refusing('--set', () =>
    importDownTimes(format, file, Object.fromEntries(set.map(optionOf)), file),
  );
  process.stderr.write(warningLines([trace.report], []));
  const count = nodes === undefined ? trace.nodes.length : Number(nodes);
  const fit = await refusing(nodes === undefined ? `--fit ${file}` : `--nodes ${nodes}`, () => fitTrace(trace, count));
  return words(fit, count);
}

function words({ faults, workingPerFaultH, timeToFault, timeToRepair }: TraceFit, nodes: number): string {
  const { exponential, weibull, distance } = timeToFault;
  const { lognormal } = timeToRepair;
  return `${faults} times to fault of ${nodes} nodes, one in ${round(workingPerFaultH)} h of working time
  exponential  mean ${round(exponential.mean)} h; log-likelihood ${exponential.logLikelihood.toFixed(1)}
  weibull      shape ${round(weibull.shape)}, scale ${round(weibull.scale)} h; log-likelihood ${weibull.logLikelihood.toFixed(1)}, at most ${round(distance)} from the Kaplan-Meier estimate
repairs, ${round(timeToRepair.meanH)} h in the mean
  lognormal    median ${round(lognormal.median)} h, sigma ${round(lognormal.sigma)}; at most ${round(timeToRepair.distance)} from what was recorded

In a scenario:
  failures:
    components:
      - name: Node
        timeToFault: { kind: weibull, shape: ${round(weibull.shape)}, scale: ${round(weibull.scale)}h }
        timeToRepair: { kind: lognormal, median: ${round(lognormal.median)}h, sigma: ${round(lognormal.sigma)} }
        technician: false
`;
}

/** Four digits: more than any of these samples holds. */
function round(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function optionOf(written: string): readonly [string, ScalarValues[string]] {
  const equals = written.indexOf('=');
  if (equals < 1) refuse(`--set ${written}`, 'is not option=value; write it like system=18');
  const text = written.slice(equals + 1);
  const number = Number(text);
  return [written.slice(0, equals), text !== '' && Number.isFinite(number) ? number : text];
}

/** A RangeError is the user's: an option that there is not, nodes or faults that are too few. */
async function refusing<Result>(place: string, work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError) return refuse(place, error.message);
    throw error;
  }
}

function refuse(place: string, message: string): never {
  throw new ScenarioError([{ place, message }]);
}
