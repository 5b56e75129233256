import { describe, expect, it } from 'vitest';
import { call, put, smallScenario, temporaryFolder } from '../cli/call.ts';

const components = `  components:
    - {name: node, timeToFault: {kind: exponential, mean: 9h}, timeToRepair: {kind: deterministic, value: 1h}}
`;

describe('checkpoints by size in a scenario', () => {
  const folder = temporaryFolder();

  /** What the command line says of the small scenario with this storage and recovery. */
  async function toldOf(storage: string, recovery: string): Promise<string> {
    const text = `${smallScenario}${storage}failures:\n  recovery: ${recovery}\n${components}`;
    const { out, err } = await call('validate', put(folder, 'sized.yaml', text));
    return out + err;
  }

  const fast = 'storage: {writeBandwidth: 1GB/s}\n';

  it.each([
    [
      '',
      '{name: periodic-checkpoint, bytesPerGpu: 1GB}',
      'storage is missing; say with what bandwidth checkpoints of that size are written',
    ],
    [
      fast,
      '{name: periodic-checkpoint, bytesPerGpu: 1GB, stall: 5s}',
      'failures.recovery.stall is "5s"; stands beside bytesPerGpu, from which it follows; keep one of them',
    ],
    [
      fast,
      '{name: just-in-time, bytesPerGpu: 1GB, restart: 5s}',
      'failures.recovery.restart is "5s"; stands beside bytesPerGpu',
    ],
    [
      fast,
      '{name: in-memory-checkpoint, bytesPerGpu: 1GB, restart: 5s, restartFromStorage: 9s}',
      'failures.recovery.restartFromStorage is "9s"; stands beside bytesPerGpu',
    ],
    [
      fast,
      '{name: periodic-checkpoint, bytesPerGpu: 1GB, snapshot: 5s}',
      'failures.recovery.snapshot is "5s"; has a meaning with asynchronous: true alone',
    ],
    [
      fast,
      '{name: periodic-checkpoint, asynchronous: true}',
      'failures.recovery.asynchronous is true; has a meaning with bytesPerGpu alone',
    ],
    [fast, '{name: periodic-checkpoint, bytesPerGpu: 5}', 'failures.recovery.bytesPerGpu is 5'],
    [
      fast,
      '{name: periodic-checkpoint}',
      'storage is given, but no checkpoint has a size; give bytesPerGpu to failures.recovery',
    ],
    ['storage: {writeBandwidth: 1MB/s}\n', '{name: periodic-checkpoint, bytesPerGpu: 80GB}', 'no progress is expected'],
  ])('%s%s: %s', async (storage, recovery, told) => {
    expect(await toldOf(storage, recovery)).toContain(told);
  });

  it('a load from memory keeps its own time beside the size', async () => {
    const told = await toldOf(fast, '{name: in-memory-checkpoint, bytesPerGpu: 1GB, restart: 5s}');
    expect(told).not.toContain('bytesPerGpu');
  });
});
