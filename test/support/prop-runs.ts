const asked = process.env.MILLRACE_PROP_RUNS === undefined ? undefined : Number(process.env.MILLRACE_PROP_RUNS)

/** How many random cases: 2,000 in `npm test`, fewer or more by MILLRACE_PROP_RUNS; a failure names its seed, which MILLRACE_PROP_SEED replays. */
export const propRuns = (otherwise = 2000): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: asked ?? otherwise,
  ...(process.env.MILLRACE_PROP_SEED === undefined ? {} : { seed: Number(process.env.MILLRACE_PROP_SEED) }),
})

/** How long a property may take, in ms: more where more cases were asked for by hand. */
export const propTimeMs = (usual: number): number => usual * Math.max(1, (asked ?? 0) / 2000)
