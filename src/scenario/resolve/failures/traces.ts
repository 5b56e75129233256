import { dirname, isAbsolute, join } from 'node:path';
import { NEVER } from '../../../sim/kernel/clock.ts';
import type { Cluster } from '../../../sim/model/cluster.ts';
import type { ComponentClass } from '../../../sim/model/failure-model.ts';
import { recordedLifetimes, type DownTime } from '../../../sim/model/lifetimes.ts';
import type { DownNode, ImportedDownTimes, ImportReport } from '../../../traces/import-report.ts';
import type { ImportedFiles } from '../../../traces/imported-files.ts';
import { importDownTimes } from '../../../traces/registry.ts';
import { placeOf } from '../../origins.ts';
import { pathText, ScenarioError, valueText, type Path, type Problem } from '../../problems.ts';
import { duration } from '../../quantities/duration.ts';
import { formatQuantity } from '../../quantities/quantity.ts';
import { failureTraceFields } from '../../schema/failures/traces-schema.ts';
import type { FailureTraceEntry } from '../../schema/scenario-schema.ts';
import type { SettledScenario } from '../../settle.ts';
import { suggestion } from '../../suggestions.ts';
import { refuseFile } from '../file-refusals.ts';
import { formatOptions } from '../format-options.ts';
import { microsecondsOf } from '../seconds.ts';
import { reclaimNotice } from './node-care.ts';

const US_PER_MS = 1000;

/** What recorded faults add to a run. */
export interface FailureTraces {
  /** One a trace: its nodes are down when they were. */
  readonly classes: readonly ComponentClass[];
  readonly reports: readonly ImportReport[];
  readonly warnings: readonly string[];
}

/** Reads the failure traces and puts them on the nodes. ScenarioError with the mistakes of all files at once. */
export async function resolveFailureTraces(
  settled: SettledScenario,
  cluster: Cluster,
  root: string | undefined,
  files: ImportedFiles,
): Promise<FailureTraces> {
  const classes: ComponentClass[] = [];
  const reports: ImportReport[] = [];
  const warnings: string[] = [];
  const problems: Problem[] = [];
  for (const [index, entry] of (settled.data.failures?.traces ?? []).entries()) {
    try {
      const path = ['failures', 'traces', index];
      const imported = await readTrace(settled, entry, path, root, files);
      const piece = new TracePiece(settled, entry, path, imported);
      classes.push(piece.onNodesOf(cluster));
      reports.push({ ...imported.report, file: entry.file });
      warnings.push(...piece.warnings());
    } catch (error) {
      if (!(error instanceof ScenarioError)) throw error;
      problems.push(...error.problems);
    }
  }
  if (problems.length > 0) throw new ScenarioError(problems);
  return { classes, reports, warnings };
}

async function readTrace(
  { file, origins }: SettledScenario,
  entry: FailureTraceEntry,
  path: Path,
  root: string | undefined,
  files: ImportedFiles,
): Promise<ImportedDownTimes> {
  const filePath = [...path, 'file'];
  const label = isAbsolute(entry.file) ? entry.file : join(dirname(file), entry.file);
  const options = formatOptions(entry, failureTraceFields);
  return refuseFile(placeOf(file, origins, filePath), filePath, label, root, () =>
    files.import(label, ['down times', entry.format, options], () =>
      importDownTimes(entry.format, label, options, label),
    ),
  );
}

/** The part of a trace that a scenario takes: some of its nodes, from some instant on. */
class TracePiece {
  readonly #settled: SettledScenario;
  readonly #entry: FailureTraceEntry;
  readonly #path: Path;
  readonly #nodes: readonly DownNode[];
  /** Length of the piece, us. */
  readonly #lengthUs: number;

  constructor(settled: SettledScenario, entry: FailureTraceEntry, path: Path, imported: ImportedDownTimes) {
    this.#settled = settled;
    this.#entry = entry;
    this.#path = path;
    const beginUs = this.#beginUs(imported);
    this.#lengthUs = imported.lengthUs - beginUs;
    this.#nodes = this.#chosen(imported).map(({ name, downTimes }) => ({ name, downTimes: since(beginUs, downTimes) }));
  }

  /** The trace's nodes on those of the cluster, in order. Policies that plan are told the mean over the whole piece. */
  onNodesOf(cluster: Cluster): ComponentClass {
    const { notice } = this.#entry;
    const first = this.#firstNode(cluster);
    const faults = this.#nodes.reduce((sum, { downTimes }) => sum + downTimes.length, 0);
    return {
      name: this.#entry.name,
      scope: 'node',
      perDomain: 1,
      lifetimes: recordedLifetimes([]),
      ownLifetimes: new Map(this.#nodes.map(({ downTimes }, at) => [first + at, recordedLifetimes(downTimes)])),
      meanTimeToFaultUs: faults === 0 ? NEVER : (this.#nodes.length * this.#lengthUs) / faults,
      detectionUs: microsecondsOf(this.#entry.detection),
      needsTechnician: false,
      ...(microsecondsOf(notice) === 0 ? {} : { announced: reclaimNotice(notice) }),
    };
  }

  warnings(): string[] {
    const { horizon } = this.#settled.data;
    if (horizon === undefined || microsecondsOf(horizon) <= this.#lengthUs) return [];
    return [
      `the failure trace ${this.#entry.name} ends after ${writtenUs(this.#lengthUs)}, the run after ${horizon}: between them nothing of it is down`,
    ];
  }

  /** Where in the trace instant 0 of the run lies, us; before 0 for a run that begins earlier. */
  #beginUs({ lengthUs, beginUnixUs }: ImportedDownTimes): number {
    const { start, skip } = this.#entry;
    if (start === undefined) {
      const skipUs = microsecondsOf(skip);
      if (skipUs < lengthUs || skipUs === 0) return skipUs;
      return this.#refuse('skip', `is ${skip}, but the trace ends after ${writtenUs(lengthUs)}; skip less of it`);
    }
    if (beginUnixUs === undefined) return this.#refuse('start', `is ${start}, but the trace has no dates; use skip`);
    const beginUs = Date.parse(start) * US_PER_MS - beginUnixUs;
    if (beginUs < lengthUs) return beginUs;
    const [from, to] = [beginUnixUs, beginUnixUs + lengthUs].map((us) => new Date(us / US_PER_MS).toISOString());
    return this.#refuse('start', `is ${start}, but the trace goes from ${from} to ${to}; begin before its end`);
  }

  #chosen({ nodes }: ImportedDownTimes): readonly DownNode[] {
    const { only } = this.#entry;
    if (only === undefined) return nodes;
    const byName = new Map(nodes.map((node) => [node.name, node]));
    return only.map((name, index) => {
      if (only.indexOf(name) < index) return this.#refuse(['only', index], `is ${valueText(name)} again; name it once`);
      const known = [...byName.keys()];
      return (
        byName.get(name) ??
        this.#refuse(['only', index], `is ${valueText(name)}, which the trace has not; ${suggestion(name, known)}`)
      );
    });
  }

  /** The node of the cluster that the first of the trace is put on. */
  #firstNode({ pools, nodeCount }: Cluster): number {
    const { pool, firstNode } = this.#entry;
    const names = pools.map(({ name }) => name);
    const at = pool === undefined ? 0 : names.indexOf(pool);
    if (at === -1)
      return this.#refuse('pool', `is ${valueText(pool)}, which no pool is called; ${suggestion(pool, names)}`);
    const before = pools.slice(0, at).reduce((sum, { nodes }) => sum + nodes, 0);
    const room = (pool === undefined ? nodeCount : pools[at]!.nodes) - firstNode;
    if (this.#nodes.length <= room) return before + firstNode;
    const where = pool === undefined ? 'the cluster' : `pool ${pool}`;
    const from = firstNode === 0 ? '' : ` from node ${firstNode} on`;
    return this.#refuse(
      'file',
      `is ${valueText(this.#entry.file)}, which has ${this.#nodes.length} nodes, but ${where} has ${Math.max(0, room)}${from}; ` +
        'name fewer of its nodes (only), or give it more nodes',
    );
  }

  #refuse(key: string | Path, reason: string): never {
    const { file, origins } = this.#settled;
    const path = [...this.#path, ...[key].flat()];
    throw new ScenarioError([{ place: placeOf(file, origins, path), message: `${pathText(path)} ${reason}` }]);
  }
}

/** Down times that reach beyond an instant, on a clock that begins there. */
function since(beginUs: number, downTimes: readonly DownTime[]): DownTime[] {
  return downTimes
    .filter(({ toUs }) => toUs > beginUs)
    .map(({ fromUs, toUs }) => ({ fromUs: Math.max(0, fromUs - beginUs), toUs: toUs - beginUs }));
}

function writtenUs(us: number): string | number {
  return formatQuantity(duration, us);
}
