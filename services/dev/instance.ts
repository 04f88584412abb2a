import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Type } from '#typebox'
import { Check } from '#typebox/value'
import { readJson, writeJson } from './json-file.ts'
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts'
import { signalGroup } from './stack/process.ts'
import { stopSignalOf } from './stop-signal.ts'

/** A process of the running stack, as `status` shows it and the next start ends it if we cannot. */
export interface RunningProcess extends ProcessIdentity {
  readonly name: string
}

/** What runs on a data directory (`run.json`). */
export interface Instance {
  readonly supervisor: ProcessIdentity
  readonly stage: 'starting' | 'ready' | 'stopping'
  readonly url: string
  readonly since: string
  readonly env: Readonly<Record<string, string>>
  readonly processes: readonly RunningProcess[]
}

const Identity = { pid: Type.Integer({ minimum: 1 }), started: Type.String() }
const Instance = Type.Object({
  supervisor: Type.Object(Identity),
  stage: Type.Union([Type.Literal('starting'), Type.Literal('ready'), Type.Literal('stopping')]),
  url: Type.String(),
  since: Type.String(),
  env: Type.Record(Type.String(), Type.String()),
  processes: Type.Array(Type.Object({ ...Identity, name: Type.String() })),
})

const fileOf = (dataDir: string): string => join(dataDir, 'run.json')
const lockOf = (dataDir: string): string => join(dataDir, 'supervisor.lock')

/** What the file says, alive or not; undefined when nothing was left there, or nothing that can be read. */
export const recordedInstance = (dataDir: string): Instance | undefined => {
  try {
    const content = readJson(fileOf(dataDir))
    return Check(Instance, content) ? content : undefined
  } catch {
    return undefined // a machine that went off may leave an empty file: as good as none
  }
}

/** The instance whose supervisor lives; undefined when none does. */
export const runningInstance = (dataDir: string): Instance | undefined => {
  const instance = recordedInstance(dataDir)
  return instance && isAlive(instance.supervisor) ? instance : undefined
}

export const recordInstance = (dataDir: string, instance: Instance): void => writeJson(fileOf(dataDir), instance)

export const forgetInstance = (dataDir: string): void => {
  rmSync(fileOf(dataDir), { force: true })
  rmSync(lockOf(dataDir), { force: true })
}

const lockHolder = (dataDir: string): ProcessIdentity | undefined => {
  try {
    const content = readJson(lockOf(dataDir))
    return Check(Type.Object(Identity), content) ? content : undefined
  } catch {
    return undefined
  }
}

/** Takes the data directory for this process; resolves with who has it when that one lives, else undefined. */
export const takeLock = (dataDir: string): ProcessIdentity | undefined => {
  mkdirSync(dataDir, { recursive: true })
  for (;;) {
    try {
      const file = openSync(lockOf(dataDir), 'wx', 0o600)
      writeSync(file, JSON.stringify(identityOf(process.pid)))
      closeSync(file)
      return undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = lockHolder(dataDir)
      if (holder && isAlive(holder)) return holder
      rmSync(lockOf(dataDir), { force: true })
    }
  }
}

const graceMs = 10_000

const end = async (found: RunningProcess): Promise<void> => {
  signalGroup(found.pid, stopSignalOf(found.name))
  const deadline = performance.now() + graceMs
  while (isAlive(found) && performance.now() < deadline) await delay(50)
  if (isAlive(found)) signalGroup(found.pid, 'SIGKILL')
  while (isAlive(found)) await delay(20)
}

/** Ends what a supervisor that was killed has left running; resolves with their names. */
export const endLeftovers = async (dataDir: string): Promise<readonly string[]> => {
  const left = (recordedInstance(dataDir)?.processes ?? []).filter(isAlive)
  await Promise.all(left.map(end))
  return left.map(({ name }) => name)
}
