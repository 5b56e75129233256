import { afterAll, beforeAll, expect, it, vi } from 'vitest';

let loadsOfBullMQ = 0;

// Files of tests share their modules: what another one has loaded already would not be loaded here.
beforeAll(() => {
  vi.resetModules();
  vi.doMock('bullmq', async (original) => {
    loadsOfBullMQ++;
    return original();
  });
});

afterAll(() => {
  vi.doUnmock('bullmq');
  vi.resetModules();
});

it('BullMQ is loaded only once runs are to be made over Redis', async () => {
  const { call } = await import('./call.ts');
  expect((await call('metrics')).code).toBe(0);
  expect((await call('run', 'nowhere.yaml')).code).toBe(2);
  expect(loadsOfBullMQ).toBe(0);
  const refused = await call('worker', '--redis', 'redis://me:secret@127.0.0.1:1');
  expect(refused.code).toBe(2);
  expect(refused.err).toBe(
    'redis://me:***@127.0.0.1:1: cannot be used: nobody listens there; is a Redis or Valkey server running there?\n',
  );
  expect(loadsOfBullMQ).toBe(1);
});
