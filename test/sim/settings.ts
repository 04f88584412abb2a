/** How hard a simulation is; by hand and for mutants some faults are made hot. */
export interface Settings {
  readonly faultsMs: number
  /** Share of batches of which the answer is lost, and of those that still travel when they are sent again. */
  readonly lostAck: number
  readonly limbo: number
  /** Share of deliveries that lag, and by how much at most. */
  readonly lag: number
  readonly lagMs: number
  /** Share of batches that are slow. */
  readonly slow: number
  readonly slowMs: number
  /** A process stops, or dies, in the moment in which it sends. */
  readonly pauseInFlight: number
  readonly crashInFlight: number
  /** Mean time between faults. */
  readonly faultEveryMs: number
  readonly faults: Readonly<Record<FaultKind, number>>
  /** Whom they hit. */
  readonly roles: Readonly<Record<Role, number>>
}

export type Role = 'scheduler' | 'executor' | 'worker' | 'feeds'

export type FaultKind = 'pause' | 'crash' | 'rebalance' | 'jump' | 'stop'

const normal: Settings = {
  faultsMs: 18_000,
  lostAck: 0.03,
  limbo: 0.02,
  lag: 0.06,
  lagMs: 2500,
  slow: 0.05,
  slowMs: 1500,
  pauseInFlight: 0.004,
  crashInFlight: 0.003,
  faultEveryMs: 1200,
  faults: { pause: 5, crash: 3, rebalance: 3, jump: 1, stop: 1 },
  roles: { scheduler: 2, executor: 2, worker: 3, feeds: 1 },
}

export const presets = {
  normal,
  /** Little goes wrong. */
  calm: { ...normal, lostAck: 0.005, limbo: 0.003, lag: 0.02, slow: 0.01, pauseInFlight: 0.001, crashInFlight: 0.001, faultEveryMs: 5000 },
  /** Much goes wrong at once. */
  hot: {
    ...normal,
    lostAck: 0.08,
    limbo: 0.07,
    lag: 0.15,
    lagMs: 6000,
    slow: 0.12,
    slowMs: 3000,
    pauseInFlight: 0.015,
    crashInFlight: 0.006,
    faultEveryMs: 800,
    faults: { pause: 6, crash: 3, rebalance: 5, jump: 1, stop: 1 },
  },
  /** Executors that take over from each other again and again, with all that they read far behind. */
  duel: {
    ...normal,
    faultsMs: 40_000,
    limbo: 0.05,
    lag: 0.12,
    lagMs: 12_000,
    slow: 0.1,
    slowMs: 4000,
    pauseInFlight: 0.01,
    crashInFlight: 0.002,
    faultEveryMs: 900,
    faults: { pause: 5, crash: 1, rebalance: 6, jump: 0, stop: 0 },
    roles: { scheduler: 0.3, executor: 6, worker: 2, feeds: 0 },
  },
} as const satisfies Record<string, Settings>

export type Preset = keyof typeof presets
