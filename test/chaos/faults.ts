/** Carries the plan out, and looks on until what was hit serves again, where only a live look can tell. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { builtEntry } from '../../services/dev/repo-root.ts'
import type { TcpProxy } from '../support/tcp-proxy.ts'
import type { Fault } from './plan.ts'
import type { World } from './world.ts'

export interface Done {
  readonly fault: Fault
  /** When it was done (ms since the epoch). */
  readonly t: number
  /** When the process was let go on; `t` unless it was paused. */
  readonly wokeAt: number
  /** Of the process that was hit. */
  readonly pid: number
  /** From the fault (a paused service that has no twin: from its waking) to the first sign of service; undefined where ledger and journal tell later. */
  readonly seenMs: number | null | undefined
}

export interface FaultWorld {
  readonly world: World
  readonly proxy: TcpProxy
  readonly random: () => number
  /** Gives the parser something to do. */
  readonly touchProbe: (t: number) => void
  readonly say: (text: string) => void
}

const pauseMs = 15_000
const cutMs = 2000
const cutShare = 0.1
const stallMs = 3000
const goneWithinMs = 10_000
const seenWithinMs = 30_000

/** Resolves when every fault is over; a process that was down at its time and did not come back in time is left out. */
export const carryOut = async (plan: readonly Fault[], on: FaultWorld): Promise<readonly Done[]> => {
  const since = Date.now()
  const done = await Promise.all(
    plan.map(async (fault) => {
      await sleep(since + fault.atMs - Date.now())
      if (fault.kind === 'rebuild') return rebuild(fault, on)
      return fault.target === 'broker' ? disturbConnections(fault, on) : hitProcess(fault, on)
    }),
  )
  return done.filter((one) => one !== undefined)
}

const disturbConnections = async (fault: Fault, { proxy, random, say }: FaultWorld): Promise<Done> => {
  const t = Date.now()
  say(`${fault.kind} connections to the broker`)
  if (fault.kind === 'stall') {
    proxy.stall()
    await sleep(stallMs)
    proxy.resume()
  } else {
    // the request went through; of its answer only some bytes come back, or none
    proxy.judge = () => (random() < cutShare ? { cutAfterBytes: Math.floor(random() * 8) } : 'pass')
    await sleep(cutMs)
    proxy.judge = () => 'pass'
  }
  return { fault, t, wokeAt: t, pid: 0, seenMs: undefined }
}

const hitProcess = async (fault: Fault, on: FaultWorld): Promise<Done | undefined> => {
  const { world, say } = on
  const pid = await signalWhenThere(world, fault.process, fault.kind === 'kill' ? 'SIGKILL' : 'SIGSTOP')
  if (pid === undefined) {
    say(`${fault.process} was not there to ${fault.kind}`)
    return undefined
  }
  const t = Date.now()
  say(`${fault.kind} ${fault.process} (pid ${pid})`)
  if (fault.target === 'parser') on.touchProbe(t)
  if (fault.kind === 'kill') return { fault, t, wokeAt: t, pid, seenMs: await seenAgain(fault.target, world, t) }
  await sleep(pauseMs)
  try {
    process.kill(pid, 'SIGCONT')
  } catch {
    // killed while it slept
  }
  const wokeAt = Date.now()
  return { fault, t, wokeAt, pid, seenMs: await seenAgain(fault.target, world, wokeAt) }
}

const rebuildAttempts = 5

/** `millrace db rebuild` while everything runs and dies: one that lost its servers is begun again. */
const rebuild = async (fault: Fault, { world, say }: FaultWorld): Promise<Done | undefined> => {
  const t = Date.now()
  for (let attempt = 1; attempt <= rebuildAttempts; attempt++) {
    try {
      const { stdout } = await promisify(execFile)(process.execPath, [builtEntry('projector', 'rebuild', 'main.js')], { env: world.serviceEnv })
      say(`the projection was made anew: ${stdout.trim().split('\n').at(-1)}`)
      return { fault, t, wokeAt: t, pid: 0, seenMs: undefined }
    } catch (error) {
      say(`a rebuild did not come through: ${(error as { stderr?: string }).stderr?.trim()}`)
      await sleep(2000)
    }
  }
  return undefined
}

const signalWhenThere = async (world: World, name: string, signal: NodeJS.Signals): Promise<number | undefined> => {
  for (const end = Date.now() + goneWithinMs; Date.now() < end; await sleep(100)) {
    const pid = world.signal(name, signal)
    if (pid !== undefined) return pid
  }
  return undefined
}

const seenAgain = async (target: string, world: World, since: number): Promise<number | null | undefined> => {
  if (target === 'projector' || target === 'Postgres') return untilSeen(since, () => isProjectedSince(world.databaseUrl, since))
  if (target === 'api') return untilSeen(since, () => answers(`${world.url}/api/v2/dags?limit=1`))
  if (target === 'schema registry') return untilSeen(since, () => answers(`${world.registryUrl}/config`))
  return undefined
}

const untilSeen = async (since: number, look: () => Promise<boolean>): Promise<number | null> => {
  await sleep(50) // the process is dead, or awake, by then
  while (Date.now() - since < seenWithinMs) {
    if (await look()) return Date.now() - since
    await sleep(100)
  }
  return null
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  )

/** Whether Postgres shows a task that started after `since`. */
const isProjectedSince = async (databaseUrl: string, since: number): Promise<boolean> => {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 2000, query_timeout: 2000 })
  client.on('error', () => undefined) // the server went: the query says so
  try {
    await client.connect()
    const { rowCount } = await client.query('select 1 from projection.task_instance where started_at > to_timestamp($1 / 1000.0) limit 1', [since])
    return rowCount === 1
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)))
