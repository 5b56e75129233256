import { Command } from 'commander';
import Table from 'cli-table3';
import type {
  CatalogueComponent,
  FailureCatalogueEntry,
  PublishedComponent,
} from '../scenario/catalogue/failures/entry.ts';
import { faultsPer1000NodeDays } from '../scenario/catalogue/failures/rates.ts';
import { failureCatalogue } from '../scenario/catalogue/failures/registry.ts';
import { ScenarioError } from '../scenario/problems.ts';
import { suggestion } from '../scenario/suggestions.ts';
import { failureFormats } from '../traces/registry.ts';
import { grouped } from '../report/quantities.ts';
import { fitInWords, type FitOptions } from './failure-fit.ts';

const examples = `
Examples:
  plimsoll failures                 all entries of the catalogue, a line each
  plimsoll failures stepfun         its components, and what is measured, fitted and assumed
  plimsoll failures rsc1 --json     the same for a program
  plimsoll failures --fit LA-UR-05-7318-failure-data-1996-2005.csv.gz --format lanl --set system=18 --nodes 1024

In a scenario:
  failures: { catalogue: llama3 }
`;

interface FailuresOptions extends FitOptions {
  readonly json?: true;
  readonly fit?: string;
}

/** `plimsoll failures [NAME]`: how the components of published clusters failed. */
export function failuresCommand(): Command {
  return new Command('failures')
    .summary('list the failure catalogue')
    .description('Lists published clusters whose failures a scenario may take over; with a name, its components.')
    .argument('[name]', 'an entry of the catalogue')
    .option('--json', 'print JSON')
    .option('--fit <file>', 'fit a failure trace instead: what an entry of the catalogue would say of it')
    .option('--format <name>', `format of that trace: ${failureFormats.map((format) => format.name).join(', ')}`)
    .option('--nodes <count>', 'nodes it stands for, those that never failed too; left out: those it names')
    .option('--set <option=value>', 'an option of the format, as in system=18; may be repeated', appended)
    .addHelpText('after', examples)
    .action(async (name: string | undefined, options: FailuresOptions) => {
      if (options.fit !== undefined) {
        process.stdout.write(await fitInWords(options.fit, options));
        return;
      }
      const chosen = chosenOf(name);
      if (options.json === true) process.stdout.write(`${JSON.stringify(chosen.map(asJson), null, 2)}\n`);
      else process.stdout.write(name === undefined ? overview(chosen) : chosen.map(inFull).join('\n'));
    });
}

function appended(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function chosenOf(name: string | undefined): readonly FailureCatalogueEntry[] {
  const chosen = failureCatalogue.filter((entry) => name === undefined || entry.name === name);
  if (chosen.length > 0) return chosen;
  const known = failureCatalogue.map((entry) => entry.name);
  const message = `there is no entry ${JSON.stringify(name)} in the catalogue; ${suggestion(name, known)}`;
  throw new ScenarioError([{ place: 'failures', message }]);
}

function overview(entries: readonly FailureCatalogueEntry[]): string {
  const width = Math.max(...entries.map(({ name }) => name.length)) + 2;
  return entries.map(({ name, summary }) => `${name.padEnd(width)}${summary}\n`).join('');
}

function inFull({ name, summary, source, basis, components, gpusPerNode }: FailureCatalogueEntry): string {
  const table = new Table({
    head: ['component', 'faults', 'per 1,000 node-days', 'time to fault', 'time to repair', 'known after'],
    colAligns: ['left', 'right', 'right', 'left', 'left', 'left'],
    chars: noLines,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  });
  table.push(...components.map(row));
  const nodes =
    gpusPerNode === 0 ? 'nodes without GPUs' : `nodes of ${gpusPerNode === 1 ? '1 GPU' : `${gpusPerNode} GPUs`}`;
  return [
    `${name}: ${summary}\nSource: ${source}\n\n`,
    ...basis.map((sentence) => `- ${sentence}\n`),
    `\nFor ${nodes}; rates are those of the mean time to fault:\n\n${table.toString().replace(/ +$/gm, '')}\n`,
    `\n* no technician is needed\n\nIn a scenario:\n  failures: { catalogue: ${name} }\n`,
  ].join('');
}

function row(published: CatalogueComponent): string[] {
  const { component, faults } = published;
  const mark = component.technician === false ? ' *' : '';
  return [
    component.name,
    faults === undefined ? '-' : String(faults),
    rateText(faultsPer1000NodeDays(published)),
    distributionText(component.timeToFault),
    `${distributionText(component.timeToRepair)}${mark}`,
    component.detection ?? '0s',
  ];
}

function rateText(rate: number): string {
  return rate < 0.1 ? rate.toPrecision(2) : grouped(rate, 2);
}

/** weibull shape 0.68, scale 6935h */
function distributionText(distribution: PublishedComponent['timeToFault']): string {
  if (distribution.kind === 'deterministic') return String(distribution.value);
  const { kind, ...parameters } = distribution;
  const parts = Object.entries(parameters).map(([key, value]) => `${key} ${String(value)}`);
  return `${kind} ${parts.join(', ')}`;
}

function asJson({ components, ...entry }: FailureCatalogueEntry): object {
  return {
    ...entry,
    components: components.map((published) => {
      return { ...published, faultsPer1000NodeDays: faultsPer1000NodeDays(published) };
    }),
  };
}

const noLines = Object.fromEntries(
  ['top', 'bottom', 'left', 'right']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .concat(['mid', 'left-mid', 'mid-mid', 'right-mid', 'middle'])
    .map((part) => [part, '']),
);
