import type { PlainValue } from '../../scenario/document/plain-data.ts';
import type { Change, Point } from '../design/points.ts';
import type { Study } from '../file/load-study.ts';
import type { PlanData } from '../file/study-schema.ts';
import { settlePoints, type SettledPoint } from '../runs/settle-points.ts';
import type { Runner } from '../runs/runner.ts';
import { judge, type Judgement, type JudgeRules } from './judge.ts';
import { amountOf, capacityOf, objectiveOf, type Capacity, type Objective } from './objective.ts';
import { variableOf, type Variable } from './variables.ts';

/** One choice: for each variable the index of its value. */
export type Setting = readonly number[];

/** A setting, judged. */
export interface Judged extends Judgement {
  readonly setting: Setting;
  readonly values: Readonly<Record<string, PlainValue>>;
  readonly capacity: Capacity;
}

/** How far a plan is. */
export interface PlanProgress {
  readonly runs: number;
  /** What is looked at: "nodes 107". */
  readonly at: string;
}

/** The runs that a plan may have are used up. */
export class BudgetSpent extends Error {
  override readonly name = 'BudgetSpent';
}

/** The settings of a plan: what they are, what they cost, and, each once, what their runs say of the targets. */
export class Settings {
  readonly variables: readonly Variable[];
  readonly objective: Objective;
  readonly rules: JudgeRules;
  /** Runs asked for so far, whether made now or found. */
  runs = 0;
  /** All that were judged, in the order in which they were. */
  readonly judged = new Map<string, Judged>();
  private readonly study: Study;
  private readonly runner: Runner;
  private readonly plan: PlanData;
  private readonly onProgress: (progress: PlanProgress) => void;

  constructor(
    study: Study,
    plan: PlanData,
    runner: Runner,
    rules: JudgeRules,
    onProgress: (progress: PlanProgress) => void,
  ) {
    this.study = study;
    this.plan = plan;
    this.runner = runner;
    this.rules = rules;
    this.onProgress = onProgress;
    this.variables = Object.entries(plan.variables).map(([name, data]) => variableOf(name, data));
    this.objective = objectiveOf(plan.objective);
  }

  /** The setting with the last value of each variable: no other does better by the monotone ones. */
  get largest(): Setting {
    return this.variables.map(({ values }) => values.length - 1);
  }

  /** ScenarioError, before the first run, if the scenario of one of these cannot be. */
  check(settings: readonly Setting[]): void {
    settlePoints(
      this.study,
      settings.map((setting) => this.point(setting, [])),
    );
  }

  valuesOf(setting: Setting): Readonly<Record<string, PlainValue>> {
    return Object.fromEntries(this.variables.map(({ name, values }, index) => [name, values[setting[index]!]!]));
  }

  /** What a setting is and costs; needs no run. */
  capacityOf(setting: Setting): Capacity {
    return capacityOf(this.settled(setting, []).settled.data);
  }

  /** The objective of a setting; Infinity where it is not known. */
  amountOf(setting: Setting): number {
    return amountOf(this.objective, this.capacityOf(setting)) ?? Infinity;
  }

  /** The objective of a setting that was judged; null where it is not known. */
  amountReached({ capacity, result }: Judged): number | null {
    if (this.objective.kind !== 'metric') return amountOf(this.objective, capacity);
    return result.metrics[this.objective.text]?.mean ?? null;
  }

  /** Judges a setting, with more changes to the scenario where given. BudgetSpent when no runs are left for it. */
  async judge(setting: Setting, more: readonly Change[] = []): Promise<Judged> {
    const key = JSON.stringify([setting, more.map(({ path, value }) => [path, value])]);
    const known = this.judged.get(key);
    if (known !== undefined) return known;
    if (this.runs + this.rules.atLeast > this.plan.budget) throw new BudgetSpent(`after ${this.runs} runs`);
    const values = this.valuesOf(setting);
    const at = Object.entries({ ...values, ...Object.fromEntries(more.map(({ path, value }) => [path, value])) });
    this.onProgress({ runs: this.runs, at: at.map(([name, value]) => `${name} ${textOf(value)}`).join(', ') });
    const settled = this.settled(setting, more);
    const judgement = await judge(settled, this.runner, this.rules);
    this.runs += judgement.outcomes.length;
    const judged = { ...judgement, setting, values, capacity: capacityOf(settled.settled.data) };
    this.judged.set(key, judged);
    return judged;
  }

  /** Value of a metric in a replication of a setting. BudgetSpent when it has none, or no runs are left for it. */
  async valueAt({ setting, outcomes }: Judged, replication: number, metric: string): Promise<number> {
    let outcome = outcomes[replication];
    if (outcome === undefined) {
      if (this.runs >= this.plan.budget) throw new BudgetSpent(`after ${this.runs} runs`);
      this.runs++;
      outcome = await this.runner.run(this.settled(setting, []), replication);
    }
    const value = outcome.metrics[metric];
    if (typeof value !== 'number') throw new BudgetSpent(`replication ${replication} has no ${metric}`);
    return value;
  }

  /** The scenario of a setting. */
  settled(setting: Setting, more: readonly Change[]): SettledPoint {
    return settlePoints(this.study, [this.point(setting, more)])[0]!;
  }

  private point(setting: Setting, more: readonly Change[]): Point {
    const values = this.valuesOf(setting);
    const set = Object.entries(this.study.data.set).map(([path, value]) => ({
      path,
      value: value as PlainValue,
      from: ['set', path],
    }));
    const chosen = this.variables.map(({ name, path }) => ({
      path,
      value: values[name]!,
      from: ['plan', 'variables', name],
    }));
    return { index: 0, variant: '', values, changes: [...set, ...chosen, ...more] };
  }
}

/** A value as people read it. */
export function textOf(value: PlainValue): string {
  if (typeof value === 'string') return value;
  const name = typeof value === 'object' && value !== null && 'name' in value ? value['name'] : undefined;
  return typeof name === 'string' ? name : JSON.stringify(value);
}
