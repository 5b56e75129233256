/** The part of jStat that is used here; the package brings no types. */
declare module 'jstat' {
  interface Quantiles<Shape extends readonly number[]> {
    inv(probability: number, ...shape: Shape): number;
  }
  interface Distributions {
    readonly studentt: Quantiles<[degreesOfFreedom: number]>;
    readonly normal: Quantiles<[mean: number, deviation: number]> & {
      cdf(value: number, mean: number, deviation: number): number;
    };
    readonly binomial: { cdf(successes: number, trials: number, probability: number): number };
  }
  const library: { readonly jStat: Distributions };
  export { library as default };
}
