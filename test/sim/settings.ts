/** How hard a simulation is; by hand and for mutants some faults are made hot. */
export interface Settings {
  readonly faultsMs: number
  /** Share of batches of which the answer is lost, and of those that still travel when they are sent again. */
  readonly lostAck: number
  readonly limbo: number
  /** Share of deliveries that lag, and by how much at most. */
  readonly lag: number
  readonly lagMs: number
  /** Share of the readers of `<role>/<topic>` that are slow for all their life, and by how much at most. */
  readonly slowReaders?: Readonly<Record<string, readonly [number, number]>>
  /** The same as `limbo`, for a role. */
  readonly limboOf?: Readonly<Record<string, number>>
  /** A batch without an answer is sent again after so long, at most. */
  readonly sendAgainMs: number
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
  /** Share of dead processes that are started again at once, as a supervisor does. */
  readonly atOnce: number
  /** The longest time in which a process does not know that its session is over. */
  readonly unawareMs: number
  readonly beatMs: number
  /** Share of tasks that take seconds. */
  readonly long: number
  /** People do something so often, at most. */
  readonly actEveryMs: number
  /** Share of what they do that clears or marks what runs. */
  readonly meddling: number
  /** Journal and inputs are deleted when they are so old and behind checkpoint and feeds. */
  readonly retainMs: number
}

export type Role = 'scheduler' | 'executor' | 'worker' | 'feeds'

/** `depose`: the executor that leads loses its session and does not know. */
export type FaultKind = 'pause' | 'crash' | 'rebalance' | 'jump' | 'stop' | 'depose'

const normal: Settings = {
  faultsMs: 18_000,
  lostAck: 0.03,
  limbo: 0.02,
  sendAgainMs: 2500,
  lag: 0.06,
  lagMs: 2500,
  slow: 0.05,
  slowMs: 1500,
  pauseInFlight: 0.004,
  crashInFlight: 0.003,
  faultEveryMs: 1200,
  faults: { pause: 5, crash: 3, rebalance: 3, jump: 1, stop: 1, depose: 0 },
  roles: { scheduler: 2, executor: 2, worker: 3, feeds: 1 },
  atOnce: 0.3,
  unawareMs: 4000,
  beatMs: 1000,
  long: 0.25,
  actEveryMs: 2600,
  meddling: 0.25,
  retainMs: 10_000,
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
    faults: { pause: 6, crash: 3, rebalance: 5, jump: 1, stop: 1, depose: 0 },
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
    faults: { pause: 5, crash: 1, rebalance: 6, jump: 0, stop: 0, depose: 0 },
    roles: { scheduler: 0.3, executor: 6, worker: 2, feeds: 0 },
  },
  /** Executors that act on long after another one leads, beside workers that come and go. */
  zombie: {
    ...normal,
    slowReaders: { 'executor/leadership': [0.5, 15_000], 'executor/heartbeats': [0.5, 3000], 'scheduler/reports': [0.5, 3000] },
    faultsMs: 25_000,
    actEveryMs: 600,
    faultEveryMs: 800,
    faults: { pause: 0.5, crash: 3, rebalance: 0, jump: 0, stop: 1, depose: 2 },
    roles: { scheduler: 0, executor: 0, worker: 1, feeds: 0 },
    unawareMs: 15_000,
  },
  /** Executors that take over with a journal that they read late. */
  behind: {
    ...normal,
    slowReaders: { 'executor/journal': [0.4, 4000] },
    faultEveryMs: 1500,
    faults: { pause: 1, crash: 0.5, rebalance: 0, jump: 0, stop: 0, depose: 4 },
    roles: { scheduler: 0, executor: 1, worker: 1, feeds: 0 },
  },
  /** Workers that leave in good order while reports are decided late and another executor takes over. */
  leaving: {
    ...normal,
    slowReaders: { 'scheduler/reports': [0.5, 5000] },
    faultEveryMs: 600,
    faults: { pause: 0, crash: 0, rebalance: 0, jump: 0, stop: 3, depose: 1 },
    roles: { scheduler: 0, executor: 0, worker: 1, feeds: 0 },
  },
  /** Heartbeats of which copies land late, while take-overs take long. */
  copies: {
    ...normal,
    slowReaders: { 'executor/journal': [0.2, 2000], 'scheduler/reports': [0.8, 10_000] },
    limboOf: { worker: 0.45 },
    sendAgainMs: 200,
    long: 0.7,
    actEveryMs: 1300,
    faultEveryMs: 1500,
    faults: { pause: 2, crash: 0, rebalance: 0, jump: 0, stop: 0, depose: 3 },
    roles: { scheduler: 0, executor: 0, worker: 1, feeds: 0 },
  },
  /** Commands to workers of which copies land late. */
  echoes: { ...normal, limboOf: { executor: 0.3 }, sendAgainMs: 200, faultEveryMs: 3000 },
  /** Workers that die and are there again at once. */
  restarts: {
    ...normal,
    faultEveryMs: 400,
    faults: { pause: 0.3, crash: 6, rebalance: 0, jump: 0, stop: 1, depose: 0 },
    roles: { scheduler: 0, executor: 0.3, worker: 6, feeds: 0 },
    atOnce: 0.9,
  },
  /** Workers of whom something lands long after they died. */
  ghosts: {
    ...normal,
    limboOf: { worker: 0.5 },
    faultEveryMs: 1200,
    faults: { pause: 0, crash: 6, rebalance: 0, jump: 0, stop: 0, depose: 0 },
    roles: { scheduler: 0, executor: 0, worker: 1, feeds: 0 },
  },
  /** Schedulers that write late copies of checkpoints behind which all was deleted. */
  oblivion: {
    ...normal,
    limboOf: { scheduler: 0.12 },
    faultEveryMs: 700,
    faults: { pause: 2, crash: 1, rebalance: 5, jump: 0, stop: 1, depose: 0 },
    roles: { scheduler: 6, executor: 0.3, worker: 0.3, feeds: 1 },
    retainMs: 1000,
  },
} as const satisfies Record<string, Settings>

export type Preset = keyof typeof presets
