/**
 * The order of events at one instant, declared here and nowhere else: what ends makes room before what begins asks
 * for it, and a policy is asked after everything that happened.
 */
export const Phase = { Finish: 0, Repair: 1, Fail: 2, Arrive: 3, Detect: 4, Decide: 5, Sample: 6 } as const;
