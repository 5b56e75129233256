import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { allocateCommand } from '../../src/cli/allocate-command.ts';
import { ScenarioError } from '../../src/scenario/problems.ts';
import { readAllocationFile } from '../../src/study/allocation-file.ts';

const shipped = join(import.meta.dirname, '../../scenarios/lp-ten-nodes.yaml');
const folder = mkdtempSync(join(tmpdir(), 'plimsoll-allocation-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Writes a file and gives its path. */
function written(text: string): string {
  const file = join(folder, 'problem.yaml');
  writeFileSync(file, text);
  return file;
}

/** The mistakes that reading a text meets, with the folder left out. */
function mistakesOf(text: string): string[] {
  const file = written(text);
  try {
    readAllocationFile(file);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message.replaceAll(file, 'f').split('\n');
    throw error;
  }
  return [];
}

const good = 'kind: allocation\nloadCores: 3\nnodes: [{ count: 2, coresPerNode: 2 }]\n';

describe('allocation file', () => {
  test('the shipped example reads as ten nodes of two cores and a load of thirty', () => {
    expect(readAllocationFile(shipped)).toEqual({
      name: 'lp-ten-nodes',
      description: 'Ten nodes of two cores and a load of thirty cores',
      problem: { nodes: [{ name: 'node', count: 10, coresPerNode: 2, costPerCore: 1 }], loadCores: 30 },
    });
  });

  test('a core costs 1 and a node is called node where the file does not say', () => {
    expect(readAllocationFile(written(good)).problem.nodes).toEqual([
      { name: 'node', count: 2, coresPerNode: 2, costPerCore: 1 },
    ]);
  });

  test('all mistakes of a file are reported at once, in the order of their lines', () => {
    const text = [
      'kind: scenario',
      'loadcores: 3',
      'nodes:',
      '  - { count: -3, coresPerNode: 2.00001 }',
      '  - { coresPerNode: two, costPerCore: 2000000 }',
    ].join('\n');
    expect(mistakesOf(text)).toEqual([
      'f:1  loadCores is missing; add it (Cores that the load needs in all)',
      'f:1  kind is "scenario"; known: allocation',
      'f:2  loadcores is an unknown key; did you mean "loadCores"? known: kind, name, description, loadCores, nodes',
      'f:4  nodes[0].count is -3; must be at least 1',
      'f:4  nodes[0].coresPerNode is 2.00001; must be multiple of 0.001',
      'f:5  nodes[1].count is missing; add it (Nodes of this kind)',
      'f:5  nodes[1].coresPerNode is "two"; must be a number',
      'f:5  nodes[1].costPerCore is 2000000; must be at most 1000000',
    ]);
  });

  test.each([
    ['', 'f  is empty'],
    ['kind: allocation\nloadCores: 3\nnodes: []\n', 'f:3  nodes is []; has 0 entries; must have at least 1'],
    [good.replace('count: 2', 'count: 1.5'), 'f:3  nodes[0].count is 1.5; must be a whole number'],
    [good.replace('3\n', '.inf\n'), 'f:2  loadCores is .inf'],
    [
      'kind: allocation\nloadCores: 3\nnodes:\n  - { count: 1, coresPerNode: 2 }\n  - { count: 1, coresPerNode: 4 }\n',
      'f:5  nodes[1].name is "node", as nodes[0].name is; give each kind its own name',
    ],
    [
      good.replace('[{ count: 2', '[{ name: a, count: 90000, coresPerNode: 2 }, { count: 90000'),
      'f:3  nodes are 180000 in all; at most 100000 can be solved for; lower their counts',
    ],
    ['kind: [allocation\n', 'f:2  is not YAML'],
  ])('%j is refused: %s', (text, message) => {
    const mistakes = mistakesOf(text);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]!.startsWith(message)).toBe(true);
  });

  test('a file outside the allowed root is refused', () => {
    expect(() => readAllocationFile(shipped, folder)).toThrow(/outside the allowed root/);
  });

  test('any document is answered or refused, never a crash', () => {
    const value = fc.oneof(fc.integer(), fc.double(), fc.string(), fc.constant('allocation'), fc.constant(null));
    const node = fc.dictionary(fc.constantFrom('name', 'count', 'coresPerNode', 'costPerCore', 'x'), value);
    const key = fc.constantFrom('kind', 'loadCores', 'nodes', 'name', 'y');
    const document = fc.dictionary(key, fc.oneof(value, node, fc.array(node, { maxLength: 3 })));
    let refused = 0;
    fc.assert(
      fc.property(document, (given) => {
        refused += mistakesOf(JSON.stringify(given)).length > 0 ? 1 : 0;
      }),
      { seed: 20_261, numRuns: 300 },
    );
    expect(refused).toBeGreaterThan(200);
  });
});

describe('plimsoll allocate', () => {
  afterEach(() => vi.restoreAllMocks());

  /** What the command prints. */
  async function printed(...args: string[]): Promise<string> {
    const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    await allocateCommand().parseAsync(args, { from: 'user' });
    const text = write.mock.calls.map(([chunk]) => String(chunk)).join('');
    write.mockRestore();
    return text;
  }

  test('it says of the shipped example: infeasible, short by 10 cores, 15 such nodes carry the load', async () => {
    expect(await printed(shipped)).toBe(
      'lp-ten-nodes: infeasible, short by 10 cores\n' +
        '10 nodes of 2 cores hold 20 cores; the load is 30 cores.\n' +
        '15 such nodes carry the load, 5 more than there are.\n',
    );
  });

  test('--json prints the problem and the answer as data', async () => {
    const json: unknown = JSON.parse(await printed(shipped, '--json'));
    expect(json).toMatchObject({
      schema: 'plimsoll.allocation/1',
      problem: { loadCores: 30, nodes: [{ count: 10, coresPerNode: 2 }] },
      answer: { status: 'infeasible', shortfallCores: 10, nodesNeeded: 15 },
    });
  });

  test('a load that fits is shown node by node, like neighbours on one line', async () => {
    const nodes =
      '[{ name: old, count: 3, coresPerNode: 2, costPerCore: 2 }, { name: new, count: 1, coresPerNode: 16 }]';
    expect(await printed(written(`kind: allocation\nname: two\nloadCores: 17.5\nnodes: ${nodes}\n`))).toMatch(
      new RegExp(
        '^two: feasible, at a least cost of 19\n' +
          '3 old nodes of 2 cores and 1 new node of 16 cores hold 22 cores; the load is 17.5 cores.\n' +
          '(  old \\d.*\n)+  new 1: 16 cores\n$',
      ),
    );
  });

  test('of several kinds it says how many of each are needed', async () => {
    const nodes = '[{ name: old, count: 3, coresPerNode: 2 }, { name: new, count: 1, coresPerNode: 16 }]';
    expect(await printed(written(`kind: allocation\nloadCores: 50\nnodes: ${nodes}\n`))).toContain(
      '6 such nodes carry the load (3 old and 3 new), 2 more than there are.',
    );
  });

  test('a name cannot command the terminal', async () => {
    const text = await printed(written(`name: "\\e[2Jgone"\n${good}`));
    expect(text).not.toContain('\u001b');
    expect(text).toContain('\\u001b[2Jgone: feasible');
  });
});
