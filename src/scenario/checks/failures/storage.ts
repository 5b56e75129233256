import { recoveryPolicies } from '../../../policies/registry.ts';
import { pathText } from '../../problems.ts';
import { isBySize } from '../../resolve/storage.ts';
import type { Scenario } from '../../schema/scenario-schema.ts';
import { writtenDefault } from '../../schema/parameter-schema.ts';
import type { Fault } from '../../schema-problems.ts';

const PATH = ['failures', 'recovery'];

/** The cost of a checkpoint is given, or follows from its size and the storage: one of the two. */
export function checkCheckpointSize({ failures, storage }: Scenario): Fault[] {
  const recovery: Readonly<Record<string, unknown>> = failures!.recovery;
  if (!isBySize(recovery)) return checkWithoutSize(recovery);
  const parameters = recoveryPolicies.find(({ name }) => name === recovery['name'])?.parameters ?? {};
  // What a load from the storage takes has a name of its own where there are others beside it.
  const load = 'restartFromStorage' in parameters ? 'restartFromStorage' : 'restart';
  const given = ['stall', 'persist', load].filter((key) => differs(recovery, key, parameters));
  const clashes = given.map((key) => ({
    path: [...PATH, key],
    reason: 'stands beside bytesPerGpu, from which it follows; keep one of them',
  }));
  if (storage !== undefined) return [...clashes, ...checkSnapshot(recovery)];
  const reason = `${pathText(['storage'])} is missing; say with what bandwidth checkpoints of that size are written`;
  return [...clashes, { path: [...PATH, 'bytesPerGpu'], reason, whole: true }];
}

/** Whether a parameter was given another value than it has by itself. */
function differs(
  recovery: Readonly<Record<string, unknown>>,
  key: string,
  parameters: (typeof recoveryPolicies)[number]['parameters'],
): boolean {
  const schema = parameters[key];
  return schema !== undefined && recovery[key] !== undefined && recovery[key] !== writtenDefault(schema);
}

function checkSnapshot(recovery: Readonly<Record<string, unknown>>): Fault[] {
  if (recovery['asynchronous'] === true || (recovery['snapshot'] ?? '0s') === '0s') return [];
  const reason = 'has a meaning with asynchronous: true alone; give that, or leave it out';
  return [{ path: [...PATH, 'snapshot'], reason }];
}

function checkWithoutSize(recovery: Readonly<Record<string, unknown>>): Fault[] {
  const given = [
    ...(recovery['asynchronous'] === true ? ['asynchronous'] : []),
    ...((recovery['snapshot'] ?? '0s') === '0s' ? [] : ['snapshot']),
  ];
  return given.map((key) => {
    return { path: [...PATH, key], reason: 'has a meaning with bytesPerGpu alone; give that, or stall and persist' };
  });
}
