import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { prepareRun } from '../../src/scenario/resolve/prepare.ts';
import { settleScenario } from '../../src/scenario/settle.ts';
import type { FailureFigures } from '../../src/sim/record/failure-figures.ts';
import { runScenario } from '../../src/study/run-scenario.ts';
import { hasShared, needsShared, SHARED } from '../traces/shared-data.ts';

const TRACE = 'us-east-2b_v100_1.json.gz';

describe.runIf(hasShared)(`the spot trace of the docs${needsShared}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-spot-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('stops nobody unforeseen with two minutes of notice, and as many as that without', async () => {
    const [, text] = /^```yaml\n(name: spot-trace\n[^]*?)^```$/m.exec(
      readFileSync('docs/writing-a-scenario.md', 'utf8'),
    )!;
    copyFileSync(join(SHARED, 'data/spot/skypilot/availability/16-node/aws-08-27-2023', TRACE), join(folder, TRACE));
    const runWith = async (notice: string): Promise<FailureFigures> => {
      const file = join(folder, 'spot.yaml');
      writeFileSync(file, text!.replace('notice: 2m', `notice: ${notice}`));
      const { summary } = await runScenario(await prepareRun(await settleScenario(file)));
      return summary.figures.failures!;
    };
    const [noticed, sudden] = [await runWith('2m'), await runWith('0s')];
    // With notice they are reclaims; what a trace has without any is taken for faults.
    expect([noticed.reclaims, noticed.faults]).toEqual([sudden.faults, 0]);
    expect(noticed).toMatchObject({ interruptions: 0, gpuHours: { lost: 0 } });
    expect(noticed.plannedStops.reclaim).toBeGreaterThan(50);
    expect(sudden.interruptions).toBeGreaterThan(50);
    expect(sudden.gpuHours.lost).toBeGreaterThan(0);
    expect(noticed.ettr!).toBeGreaterThan(sudden.ettr!);
  });
});
