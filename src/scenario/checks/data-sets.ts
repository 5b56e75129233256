import { pathText, type Path } from '../problems.ts';
import { dataSetNames, setNames } from '../resolve/data-set-names.ts';
import type { Fault } from '../schema-problems.ts';
import { DATA_SETS_MAX } from '../schema/data-schema.ts';
import type { Scenario } from '../schema/scenario-schema.ts';
import { suggestion } from '../suggestions.ts';

/** What is wrong with the data sets among themselves, and with those that jobs name. */
export function checkDataSets(scenario: Scenario): Fault[] {
  const { data, workload } = scenario;
  const entries = data?.sets ?? [];
  const total = entries.reduce((sum, { number }) => sum + (number ?? 1), 0);
  if (total > DATA_SETS_MAX) {
    const reason = `data.sets are ${total} sets with all numbers; at most ${DATA_SETS_MAX} fit`;
    return [{ path: ['data', 'sets'], reason, whole: true }];
  }
  const sets = dataSetNames(scenario);
  const named = entries.map(({ name }) => name);
  return [
    ...clashes(scenario),
    ...nothingToDestroy(scenario),
    ...entries.flatMap(({ copies, nodes }, index) =>
      copies === undefined || nodes === undefined
        ? []
        : [{ path: ['data', 'sets', index, 'copies'], reason: 'stands beside nodes, which say all; keep one of them' }],
    ),
    ...workload.synthetic.flatMap(({ dataSets = [] }, index) =>
      dataSets.flatMap(({ name }, at) =>
        unknown(name, named, ['workload', 'synthetic', index, 'dataSets', at, 'name'], 'entry of data.sets has'),
      ),
    ),
    ...workload.jobs.flatMap(({ dataSet }, index) =>
      dataSet === undefined ? [] : unknown(dataSet, sets, ['workload', 'jobs', index, 'dataSet'], 'data set has'),
    ),
  ];
}

/** A fault can only destroy what is there. */
function nothingToDestroy({ data, failures }: Scenario): Fault[] {
  if (data !== undefined || failures === undefined) return [];
  const lists = ['components', 'outages'] as const;
  return lists.flatMap((list) =>
    failures[list].flatMap(({ destroysData }, index) => {
      if (!destroysData) return [];
      const path = ['failures', list, index, 'destroysData'];
      return [{ path, reason: 'the scenario has no data sets to destroy; give data, or leave it out' }];
    }),
  );
}

function unknown(name: string, known: readonly string[], path: Path, what: string): Fault[] {
  if (known.includes(name)) return [];
  const mend = known.length === 0 ? 'declare it under data.sets' : suggestion(name, known);
  return [{ path, reason: `no ${what} that name; ${mend}` }];
}

/** a-1 may be a set of its own or the first of several called a. */
function clashes({ data }: Scenario): Fault[] {
  const ownerOf = new Map<string, number>();
  return (data?.sets ?? []).flatMap((entry, index) => {
    const clash = setNames(entry).find((name) => ownerOf.has(name));
    for (const name of setNames(entry)) ownerOf.set(name, index);
    if (clash === undefined) return [];
    const other = pathText(['data', 'sets', ownerOf.get(clash)!]);
    const reason = `makes a data set ${JSON.stringify(clash)}, and so does ${other}; give each its own name`;
    return [{ path: ['data', 'sets', index, 'name'], reason }];
  });
}
