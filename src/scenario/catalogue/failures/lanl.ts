import type { FailureCatalogueEntry } from './entry.ts';

/** The figures of a fit, as `plimsoll failures --fit` prints them. */
interface SystemFit {
  readonly system: number;
  readonly nodes: number;
  readonly faults: number;
  readonly weibull: { readonly shape: number; readonly scaleH: number; readonly distance: number };
  /** Log-likelihood that the Weibull gains over the exponential. */
  readonly gain: number;
  readonly lognormal: { readonly medianH: number; readonly sigma: number; readonly distance: number };
}

function lanl(name: string, { system, nodes, faults, weibull, gain, lognormal }: SystemFit): FailureCatalogueEntry {
  return {
    name,
    summary: `LANL system ${system}: ${nodes} nodes without GPUs, a falling hazard and long repairs`,
    source: 'LA-UR-05-7318 (Los Alamos National Laboratory); see Schroeder and Gibson, DSN 2006',
    gpusPerNode: 0,
    basis: [
      `Measured: ${faults} faults of ${nodes} nodes, all causes together, overlapping records merged.`,
      `Fitted: a Weibull to the working times by maximum likelihood, nodes that had not failed yet censored; largest ` +
        `distance from the Kaplan-Meier estimate ${weibull.distance}, log-likelihood ${gain} above the exponential's.`,
      `Fitted: a lognormal to the repairs by maximum likelihood; distance ${lognormal.distance}. Its tail is too light: ` +
        'the recorded mean is larger.',
      'A shape below 1 holds for the nodes together: it is as much that some are worse than that all get better.',
      'Repairs are whole down times as recorded, so they take no technicians, and faults are known at once.',
    ],
    components: [
      {
        faults,
        component: {
          name: 'Node',
          timeToFault: { kind: 'weibull', shape: weibull.shape, scale: `${weibull.scaleH}h` },
          timeToRepair: { kind: 'lognormal', median: `${lognormal.medianH}h`, sigma: lognormal.sigma },
          technician: false,
        },
      },
    ],
  };
}

export const lanl18 = lanl('lanl', {
  system: 18,
  nodes: 1024,
  faults: 3975,
  weibull: { shape: 0.68, scaleH: 6935, distance: 0.054 },
  gain: 501,
  lognormal: { medianH: 1.1, sigma: 1.22, distance: 0.051 },
});

export const lanl20 = lanl('lanl-20', {
  system: 20,
  nodes: 512,
  faults: 2460,
  weibull: { shape: 0.402, scaleH: 3859, distance: 0.035 },
  gain: 2307,
  lognormal: { medianH: 1.28, sigma: 1.122, distance: 0.038 },
});
