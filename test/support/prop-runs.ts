/** How many random cases: 2,000 in `npm test`, fewer or more by MILLRACE_PROP_RUNS; a failure names its seed, which MILLRACE_PROP_SEED replays. */
export const propRuns = (otherwise = 2000): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Number(process.env.MILLRACE_PROP_RUNS ?? otherwise),
  ...(process.env.MILLRACE_PROP_SEED === undefined ? {} : { seed: Number(process.env.MILLRACE_PROP_SEED) }),
})
