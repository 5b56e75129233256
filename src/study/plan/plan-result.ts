import type { PlainValue } from '../../scenario/document/plain-data.ts';
import type { Making } from '../results/making.ts';
import type { Measured, Verdict } from './judge.ts';
import type { Capacity } from './objective.ts';

/** A setting as a plan reports it. Plain data. */
export interface PlannedSetting {
  readonly values: Readonly<Record<string, PlainValue>>;
  readonly capacity: Capacity;
  readonly verdict: Verdict;
  readonly targets: readonly Measured[];
  readonly replications: number;
  /** Means of all metrics, with the interval at the study's confidence; null where some run has no value. */
  readonly metrics: Readonly<
    Record<string, { readonly mean: number | null; readonly low: number | null; readonly high: number | null }>
  >;
  readonly warnings: readonly string[];
}

/** plan.json: the answer to the question of a plan. Plain data, the same bytes whoever made the runs. */
export interface PlanResult {
  readonly schema: 'plimsoll.plan/1';
  readonly plimsollVersion: string;
  readonly name: string;
  readonly description: string;
  readonly confidence: number;
  readonly tolerance: number;
  readonly objective: string;
  readonly variables: readonly { readonly name: string; readonly path: string; readonly isMonotone: boolean }[];
  readonly targets: readonly {
    readonly text: string;
    readonly metric: string;
    readonly unit: string;
    readonly sense: 'at-most' | 'at-least';
    readonly bound: number;
    readonly confidence: number;
  }[];
  readonly metrics: readonly { readonly text: string; readonly unit: string; readonly better: 'less' | 'more' }[];
  readonly made: Making;
  /** Runs at most for the search. */
  readonly budget: number;
  /** The answer in a sentence. */
  readonly sentence: string;
  /** Null where nothing meets the targets. */
  readonly plan: PlannedSetting | null;
  /** The objective of the plan: nodes, GPUs, GPU-hours a year, cost of an hour, or the metric's mean. */
  readonly amount: number | null;
  /** The target that stands in the way of less; null where none does. */
  readonly binding: string | null;
  /** With one step less of each monotone variable. */
  readonly neighbours: readonly PlannedSetting[];
  /** Where nothing meets the targets: the largest values, and by how much they miss. */
  readonly nearest: PlannedSetting | null;
  /** Factor on the load that the plan still bears; null where it was not asked for or nothing says what the load is. */
  readonly headroom: Headroom | null;
  /** Growth as assumed; null where none was asked for. */
  readonly growthAssumed: {
    /** As a share. */
    readonly perQuarter: number;
    /** Date of the load as given; null for none. */
    readonly from: string | null;
    readonly leadTimeS: number;
  } | null;
  readonly growth: readonly GrowthStep[];
  readonly sensitivity: readonly Sensitivity[];
  /** Every setting that was judged with the load and the inputs as given, in the order of the search. */
  readonly judged: readonly PlannedSetting[];
  readonly runs: number;
  readonly isCutShort: boolean;
}

export interface Headroom {
  /** Largest factor on the load, in steps of 1 %, at which the targets are met. */
  readonly factor: number;
  /** Whether that is the largest that was tried: it may be more. */
  readonly isAtLeast: boolean;
  /** The target that breaks first; null where none does. */
  readonly breaks: string | null;
}

/** What is needed from a date on. */
export interface GrowthStep {
  /** Quarters from today. */
  readonly quarter: number;
  /** ISO date; null where neither the plan nor the scenario has one. */
  readonly date: string | null;
  /** On today's load. */
  readonly load: number;
  /** Value of the main variable, and its nodes; null beyond the largest values. */
  readonly value: PlainValue | null;
  readonly nodes: number | null;
  /** Nodes more (or fewer, below 0) than in the quarter before. */
  readonly more: number | null;
  /** When these must be ordered; null where there is no date, or nothing to order. */
  readonly orderBy: string | null;
}

/** What the plan would be if an input were other than assumed. */
export interface Sensitivity {
  readonly path: string;
  /** Its value as given; null where the scenario has none. */
  readonly assumed: PlainValue | null;
  readonly ends: readonly {
    readonly value: PlainValue;
    readonly isMet: boolean;
    /** Value of the main variable, and the objective; null where nothing meets the targets, or one of them has no value. */
    readonly needed: PlainValue | null;
    readonly amount: number | null;
  }[];
}
