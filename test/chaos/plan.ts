/** What goes wrong when: drawn before it begins, from the seed. Killings of one service lie about as far apart as the time allows. */

export type FaultKind = 'kill' | 'pause' | 'cut' | 'stall' | 'rebuild'

export interface Fault {
  readonly atMs: number
  readonly kind: FaultKind
  /** A service or a server: which of its processes is drawn, too. `broker`: the way to it; `projection`: made anew. */
  readonly target: string
  readonly process: string
}

/** Processes by service. */
export const processes: Readonly<Record<string, readonly string[]>> = {
  scheduler: ['scheduler', 'scheduler-2'],
  executor: ['executor', 'executor-2'],
  worker: ['worker', 'worker-2', 'worker-3'],
  triggerer: ['triggerer', 'triggerer-2'],
  projector: ['projector'],
  parser: ['parser'],
  api: ['api'],
  Kafka: ['Kafka'],
  Postgres: ['Postgres'],
  'schema registry': ['schema registry'],
  broker: ['broker'],
  projection: ['projection'],
}

/** In ten minutes; other lengths have their share. */
const perTenMinutes: readonly (readonly [kind: FaultKind, target: string, count: number])[] = [
  ['kill', 'scheduler', 17],
  ['kill', 'executor', 17],
  ['kill', 'worker', 18],
  ['kill', 'triggerer', 16],
  ['kill', 'projector', 16],
  ['kill', 'parser', 16],
  ['kill', 'api', 16],
  ['kill', 'Kafka', 4],
  ['kill', 'Postgres', 4],
  ['kill', 'schema registry', 3],
  ['pause', 'scheduler', 3],
  ['pause', 'executor', 3],
  ['pause', 'worker', 4],
  ['pause', 'triggerer', 2],
  ['pause', 'projector', 2],
  ['pause', 'parser', 1],
  ['pause', 'api', 1],
  ['cut', 'broker', 6],
  ['stall', 'broker', 2],
  ['rebuild', 'projection', 1],
]

/** A drain needs the last faults to be over. */
const quietAtEndMs = 5000

export const drawPlan = (minutes: number, random: () => number): readonly Fault[] => {
  const spanMs = minutes * 60_000 - quietAtEndMs
  const faults = perTenMinutes.flatMap(([kind, target, perTen]) => {
    const count = Math.max(1, Math.round((perTen * minutes) / 10))
    return Array.from({ length: count }, (_, i): Fault => {
      const names = processes[target] ?? []
      const process = names[Math.floor(random() * names.length)] ?? target
      return { atMs: Math.round(((i + 0.1 + 0.8 * random()) * spanMs) / count), kind, target, process }
    })
  })
  return faults.sort((a, b) => a.atMs - b.atMs)
}
