import { Command, Option } from 'commander';
import { exportFormats, exportStore, type ExportFormat } from '../study/store/export-store.ts';

const examples = `
Examples:
  plimsoll export reports/policies --format parquet --out tables
  plimsoll export reports/policies --format csv --out tables
`;

interface ExportOptions {
  readonly format: ExportFormat;
  readonly out: string;
}

/** `plimsoll export STUDY`: the tables of a study for other programs. */
export function exportCommand(): Command {
  return new Command('export')
    .summary('write the results of a study as Parquet or CSV')
    .description(
      'Writes each table and view of a study into a file of its own, for notebooks, databases and spreadsheets.',
    )
    .argument('<study>', 'folder that sweep, merge, compare, plan or check wrote, or its study.duckdb')
    .addOption(new Option('--format <format>', 'of the files').choices(exportFormats).default('parquet'))
    .requiredOption('--out <dir>', 'folder for the files; those of the same names are replaced')
    .addHelpText('after', examples)
    .action(async (study: string, { format, out }: ExportOptions) => {
      const files = await exportStore(study, format, out);
      process.stdout.write(`wrote ${files.join(', ')} to ${out}\n`);
    });
}
