import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultsPer1000NodeDays } from '../../src/scenario/catalogue/failures/rates.ts';
import { failureCatalogue } from '../../src/scenario/catalogue/failures/registry.ts';
import { fitTrace } from '../../src/scenario/catalogue/failures/trace-fit.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import { importDownTimes } from '../../src/traces/registry.ts';
import { call, put, temporaryFolder } from '../cli/call.ts';
import { hasShared, needsShared, SHARED } from '../traces/shared-data.ts';

const folder = temporaryFolder();
const entry = (name: string) => failureCatalogue.find((one) => one.name === name)!;

let files = 0;
function withFailures(failures: string, gpusPerNode = 8): string {
  return put(
    folder,
    `${files++}.yaml`,
    `name: t
horizon: 1h
cluster: { pools: [{ name: h100, nodes: 4, gpusPerNode: ${gpusPerNode} }] }
workload: { jobs: [{ id: a, gpus: 1, submit: 0s, run: 10m }] }
policies: { scheduling: fifo, placement: first-fit }
failures: ${failures}
`,
  );
}

async function componentsOf(failures: string): Promise<readonly { readonly name: string }[]> {
  return (await settleScenario(withFailures(failures))).data.failures!.components;
}

describe('a catalogue of failures in a scenario', () => {
  test.each(failureCatalogue.map(({ name }) => name))('%s stands for sound components', async (name) => {
    const names = (await componentsOf(`{ catalogue: ${name} }`)).map((component) => component.name);
    expect(names).toEqual(entry(name).components.map(({ component }) => component.name));
    expect(entry(name).basis.some((sentence) => /^(Measured|Fitted)/.test(sentence))).toBe(true);
  });

  test('is the same scenario as its components written out, and is shown as that', async () => {
    const file = withFailures('{ catalogue: [llama3] }');
    const { out } = await call('show', file);
    expect(out).toMatch(/- name: Faulty GPU # catalogue llama3\n/);
    expect(out).not.toMatch(/catalogue:/);
    const again = join(folder, 'again.yaml');
    writeFileSync(again, out);
    const [given, shown] = [await settleScenario(file), await settleScenario(again)];
    expect(shown.hash).toBe(given.hash);
    expect((await call('run', file, '--set', 'failures.catalogue=rsc2')).out).toMatch(/faults/);
  });

  test('stands behind own components, and those of the same name give way to them', async () => {
    const own =
      '{ name: NIC, timeToFault: { kind: exponential, mean: 9d }, timeToRepair: { kind: deterministic, value: 1h } }';
    const components = await componentsOf(`{ catalogue: llama3, components: [${own}] }`);
    expect(components).toHaveLength(18);
    expect(components[0]).toMatchObject({ name: 'NIC', timeToFault: { mean: '9d' } });
    expect(components.filter(({ name }) => name === 'NIC')).toHaveLength(1);
  });

  test('says which nodes its rates are for, where the cluster has others', async () => {
    const { warnings } = await settleScenario(withFailures('{ catalogue: llama3 }', 4));
    expect(warnings).toEqual([
      'catalogue llama3 has the rates of nodes with 8 GPUs, and pool h100 has 4 in each: they hold per node all the same',
    ]);
    expect((await settleScenario(withFailures('{ catalogue: lanl }', 4))).warnings).toEqual([]);
  });

  test.each([
    ['llama', /:6 {2}failures\.catalogue is "llama"; did you mean "llama3"\? known: llama3, rsc1, /],
    ['[rsc1, rcs2]', /:6 {2}failures\.catalogue\[1\] is "rcs2"; did you mean "rsc2"\?/],
    ['[]', /:6 {2}failures\.catalogue is \[\]; has 0 entries; must have at least 1/],
    ['7', /:6 {2}failures\.catalogue is 7; must be text or a list; known names: llama3, rsc1, rsc2, .*titan$/m],
    ['{ name: rsc1 }', /:6 {2}failures\.catalogue is .*; must be a list/],
    ['[rsc1, rsc2]', /:6 {2}failures\.components\[1\]\.name is "Node"; names a second component/],
  ])('is refused when it is %s', async (catalogue, message) => {
    const { code, err } = await call('validate', withFailures(`{ catalogue: ${catalogue} }`));
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('the entries of the catalogue', () => {
  test('have the rates that their sources state', () => {
    const rateOf = (name: string): number =>
      entry(name).components.reduce((sum, component) => sum + faultsPer1000NodeDays(component), 0);
    expect(rateOf('rsc1')).toBeCloseTo(6.5, 4);
    expect(rateOf('rsc2')).toBeCloseTo(2.34, 4);
    expect(rateOf('llama3')).toBeCloseTo(3.789, 3);
    expect(rateOf('stepfun')).toBeCloseTo(584 / 139.6, 2);
  });

  test('of Titan goes through the two times between failures that it is fitted to', () => {
    const { timeToFault } = entry('titan').components[0]!.component;
    if (timeToFault.kind !== 'weibull') throw new Error('titan is a Weibull');
    const { shape } = timeToFault;
    const scaleH = Number.parseFloat(String(timeToFault.scale));
    const betweenH = (ageYears: number): number =>
      1 / (18_688 * (shape / scaleH) * ((ageYears * 8760) / scaleH) ** (shape - 1));
    expect(betweenH(2.875)).toBeCloseTo(7.7, 2);
    expect(betweenH(3.875)).toBeCloseTo(2.7, 2);
  });

  test.skipIf(!hasShared)(`count what the tables count${needsShared}`, () => {
    const lines = readFileSync(join(SHARED, 'tables/reliability_components.csv'), 'utf8').split('\n');
    const counts = (dataset: string): number[] =>
      lines
        .filter((line) => line.startsWith(`${dataset},`))
        .map((line) => Number(line.split(',')[3]))
        .sort((a, b) => b - a);
    const ours = (name: string): number[] =>
      entry(name)
        .components.map(({ faults }) => faults!)
        .toSorted((a, b) => b - a);
    expect(ours('llama3')).toEqual(counts('llama3-405b-54d'));
    expect(ours('llama3').reduce((sum, faults) => sum + faults, 0)).toBe(419);
    // Kinds seen once: 4 of hardware are other hardware, 3 of software and crashes go to the 12 of other software.
    const seenTwice = counts('stepfun-infinitehbd').filter((faults) => faults > 1 && faults !== 12);
    expect(ours('stepfun')).toEqual([...seenTwice, 4, 15].toSorted((a, b) => b - a));
    expect(counts('stepfun-infinitehbd').reduce((sum, faults) => sum + faults, 0)).toBe(584);
    expect(ours('stepfun').reduce((sum, faults) => sum + faults, 0)).toBe(584);
  });

  test.skipIf(!hasShared).each([
    ['lanl', 18, 1024],
    ['lanl-20', 20, 512],
  ])(`%s is what a fit to LANL system %i gives${needsShared}`, async (name, system, nodes) => {
    const file = join(SHARED, 'data/lanl/LA-UR-05-7318-failure-data-1996-2005.csv.gz');
    const fit = fitTrace(await importDownTimes('lanl', file, { system }), nodes);
    const { component, faults } = entry(name).components[0]!;
    const { weibull, exponential, distance } = fit.timeToFault;
    const { lognormal } = fit.timeToRepair;
    expect(faults).toBe(fit.faults);
    expect(component.timeToFault).toEqual({
      kind: 'weibull',
      shape: Number(weibull.shape.toFixed(3)),
      scale: `${Math.round(weibull.scale)}h`,
    });
    expect(component.timeToRepair).toEqual({
      kind: 'lognormal',
      median: `${Number(lognormal.median.toFixed(2))}h`,
      sigma: Number(lognormal.sigma.toFixed(3)),
    });
    const basis = entry(name).basis.join(' ');
    expect(basis).toContain(`Kaplan-Meier estimate ${distance.toFixed(3)}`);
    expect(basis).toContain(`log-likelihood ${Math.round(weibull.logLikelihood - exponential.logLikelihood)} above`);
    expect(basis).toContain(`distance ${fit.timeToRepair.distance.toFixed(3)}.`);
  });
});

describe('plimsoll failures', () => {
  test('lists the catalogue, and says of an entry what is measured, fitted and assumed', async () => {
    const { code, out } = await call('failures');
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[0]),
    ).toEqual(failureCatalogue.map(({ name }) => name));
    const { out: one } = await call('failures', 'stepfun');
    expect(one).toMatch(/- Measured: 584 faults[^]*- Assumed:/);
    expect(one).toMatch(/^GPU +158 +1\.13 +exponential mean 21205h +lognormal median 16\.8h, sigma 2\.109 \* +0s$/m);
  });

  test('prints JSON with the rates', async () => {
    const { out } = await call('failures', 'rsc1', '--json');
    expect(JSON.parse(out)).toMatchObject([
      { name: 'rsc1', gpusPerNode: 8, components: [{ component: { name: 'Node' } }] },
    ]);
    expect(JSON.parse((await call('failures', '--json')).out)).toHaveLength(failureCatalogue.length);
  });

  test('suggests the nearest name', async () => {
    const { code, err } = await call('failures', 'lama3');
    expect(code).toBe(2);
    expect(err).toMatch(/^failures {2}there is no entry "lama3" in the catalogue; did you mean "llama3"\? known: /);
  });

  test('fits a trace and prints the component that a scenario would have', async () => {
    const rows = Array.from(
      { length: 200 },
      (_, at) => `n${at % 10},${at * 3600 + ((at * at) % 977)},${at * 3600 + 2000 + (at % 7) * 60}`,
    );
    const file = put(folder, 'down.csv', `node,from,to\n${rows.join('\n')}\n`);
    const { code, out } = await call('failures', '--fit', file, '--format', 'down-times', '--nodes', '12');
    expect(code).toBe(0);
    expect(out).toMatch(/^199 times to fault of 12 nodes, one in [\d.]+ h of working time\n/);
    const component = /components:\n([^]*)$/.exec(out)![1]!;
    const again = put(
      folder,
      'fitted.yaml',
      readFileSync(withFailures('{}'), 'utf8').replace('failures: {}', `failures:\n  components:\n${component}`),
    );
    expect((await call('validate', again)).code).toBe(0);
  });

  test.each([
    [['--fit', 'x.csv'], /^--fit {2}needs a format; add --format \(known: bamboo-counts/],
    [['--fit', 'x.csv', '--format', 'lnl'], /^--format lnl {2}is no format of failures; did you mean "lanl"\?/],
    [['--fit', 'x.csv', '--format', 'lanl'], /^x\.csv {2}does not exist; check the path/],
    [['--fit', 'x.csv', '--format', 'lanl', '--nodes', 'many'], /^--nodes many {2}must be a whole number of nodes/],
    [['--fit', 'x.csv', '--format', 'lanl', '--set', 'sytem=2'], /^--set {2}lanl has no option "sytem"; known: system/],
    [['--fit', 'x.csv', '--format', 'lanl', '--set', 'system'], /^--set system {2}is not option=value; write it like/],
  ])('%j is refused with its mend', async (argv, message) => {
    const { code, err } = await call('failures', ...argv);
    expect(err).toMatch(message);
    expect(code).toBe(2);
  });

  test('refuses a fit to fewer nodes than the trace has, or to too little', async () => {
    const file = put(folder, 'few.csv', 'node,from,to\na,5,9\nb,5,9\n');
    expect((await call('failures', '--fit', file, '--format', 'down-times', '--nodes', '1')).err).toMatch(
      /--nodes 1 {2}1 nodes; the trace alone has 2/,
    );
    expect((await call('failures', '--fit', file, '--format', 'down-times')).err).toMatch(
      /no Weibull fits: the times are/,
    );
  });
});
