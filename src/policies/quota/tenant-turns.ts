import type { JobId } from '../../sim/model/brand.ts';
import { NO_JOB, type JobView, type QueueView } from '../../sim/contract/scheduling.ts';
import { QueueLines, type WaitingLines } from './queue-lines.ts';

/**
 * The waiting jobs of a queue by its tenants' past use: first those of the tenant that has used least, then larger
 * priority, then earlier arrival. Each tenant's jobs stand in a line, so that no line is sorted anew when use changes.
 */
export class TenantTurns implements WaitingLines {
  private readonly jobs: JobView;
  private readonly lines: QueueLines;
  private readonly usageOf: (tenant: number) => number;
  private readonly tenantsOf: readonly (readonly number[])[];
  /** The job of each tenant that is to be tried next. */
  private readonly candidate: Int32Array;

  constructor(jobs: JobView, usageOf: (tenant: number) => number) {
    this.jobs = jobs;
    this.usageOf = usageOf;
    this.lines = new QueueLines(jobs, jobs.tenants, (job) => jobs.tenant(job));
    this.candidate = new Int32Array(jobs.tenants).fill(NO_JOB);
    const { count, queueOfTenant } = jobs.quotas;
    const tenantsOf = Array.from({ length: count }, (): number[] => []);
    for (let tenant = 0; tenant < jobs.tenants; tenant++) tenantsOf[queueOfTenant[tenant]!]!.push(tenant);
    this.tenantsOf = tenantsOf;
  }

  key(job: JobId): number {
    return this.lines.key(job);
  }

  head(waiting: QueueView, queue: number): JobId | typeof NO_JOB {
    for (const tenant of this.tenantsOf[queue]!) this.candidate[tenant] = this.lines.head(waiting, tenant);
    return this.first(queue);
  }

  nextCandidate(waiting: QueueView, job: JobId, gpusMax: number): JobId | typeof NO_JOB {
    const tenant = this.jobs.tenant(job);
    this.candidate[tenant] = this.lines.nextCandidate(waiting, job, gpusMax);
    return this.first(this.jobs.quotas.queueOfTenant[tenant]!);
  }

  private first(queue: number): JobId | typeof NO_JOB {
    const { candidate } = this;
    let best = -1;
    for (const tenant of this.tenantsOf[queue]!) {
      if (candidate[tenant] !== NO_JOB && (best < 0 || this.comesBefore(tenant, best))) best = tenant;
    }
    return best < 0 ? NO_JOB : (candidate[best]! as JobId);
  }

  private comesBefore(tenant: number, other: number): boolean {
    const byUsage = this.usageOf(tenant) - this.usageOf(other);
    if (byUsage !== 0) return byUsage < 0;
    const a = this.candidate[tenant]! as JobId;
    const b = this.candidate[other]! as JobId;
    const byPriority = this.jobs.priority(b) - this.jobs.priority(a);
    return byPriority === 0 ? a < b : byPriority < 0;
  }
}
