import type { Scenario } from '../schema/scenario-schema.ts';
import type { Fault } from '../schema-problems.ts';

/** What is wrong with services among themselves and with the run. */
export function checkServices({ services, horizon }: Scenario): Fault[] {
  if (services.length > 0 && horizon === undefined) {
    const reason = 'services run up to the horizon, and there is none; give one, such as horizon: 30d';
    return [{ path: ['services'], reason, whole: true }];
  }
  return services.flatMap(({ replicas, needed }, index) =>
    needed === undefined || needed <= replicas
      ? []
      : [{ path: ['services', index, 'needed'], reason: `it has but ${replicas} replicas; need fewer, or add some` }],
  );
}
