import { basename } from 'node:path';
import { splitCsvLine } from './reading/csv-line.ts';
import type { TraceFile } from './reading/trace-file.ts';
import { readHead } from './reading/trace-lines.ts';
import { TraceProblems, quoted } from './reading/trace-problems.ts';
import { failureFormats, jobFormats, nodeFormats } from './registry.ts';
import type { TraceHead } from './trace-format.ts';

const HEAD_BYTES = 64 * 1024;

/**
 * The name of the job format of `file`, by its name and first lines. TraceError if it cannot tell, if more than one
 * format claims the file, or if the file holds nodes or failures.
 */
export async function detectJobFormat(file: string, label: string = file): Promise<string> {
  const source: TraceFile = { path: file, label };
  const problems = new TraceProblems(label);
  const head = headOf(file, await readHead(source, problems, HEAD_BYTES));
  const claims = jobFormats.filter((format) => format.recognises(head)).map((format) => format.name);
  if (claims.length === 1) return claims[0]!;
  const known = jobFormats.map((format) => format.name).join(', ');
  if (claims.length > 1) {
    return problems.fail(1, `could be ${claims.join(' or ')}; set the trace's format in the scenario`);
  }
  const nodes = nodeFormats.find((format) => format.recognises(head));
  if (nodes !== undefined) {
    return problems.fail(1, `lists nodes (${nodes.name}), not jobs; name it as the cluster's nodeList`);
  }
  const failures = failureFormats.find((format) => format.recognises(head));
  if (failures !== undefined) {
    return problems.fail(1, `says when nodes were down (${failures.name}), not jobs; name it under failures.traces`);
  }
  return problems.fail(
    1,
    `begins with ${quoted(head.firstLine)}, which is none of the formats that can be told by their look (${known}); ` +
      "set the trace's format in the scenario",
  );
}

function headOf(file: string, text: string): TraceHead {
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  const lines = content.split('\n').map((line) => line.trim());
  const firstLine = lines.find((line) => line !== '' && !line.startsWith(';')) ?? '';
  const values = splitCsvLine(firstLine);
  const columns = Array.isArray(values) ? values : [];
  return { fileName: basename(file).toLowerCase(), firstLine, columns, text: content };
}
