/**
 * 5,000 deferred tasks in one triggerer: what it takes (PSS), how long after its message a task is woken and how long until its fresh attempt runs, at 20
 * messages a second, and how long after kill -9 of the triggerer all that still wait are held by the next one.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeJournalReader } from '../../../services/platform/bus/journal.ts'
import type { CommonConfig } from '../../../services/platform/config-common.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { openPlatform } from '../../../services/platform/open-platform.ts'
import type { Installation } from '../installation.ts'
import { sample } from './idle.ts'
import { triggerRun, unpauseDag } from './runs.ts'

const waiting = 5000
const woken = 400
const perSecond = 20

export interface DeferredFigures {
  readonly [figure: string]: number
}

const p95 = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? Number.NaN
const p50 = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export const measureDeferred = async (installation: Installation, say: (text: string) => void): Promise<DeferredFigures> => {
  const config: CommonConfig = {
    brokers: [installation.brokers],
    registryUrl: installation.registryUrl,
    topicPrefix: 'millrace.',
    columns: 12,
    logLevel: 'error',
  }
  const platform = await openPlatform(config, 'bench', makeLog('bench', 'error'))
  const { bus, codec } = platform
  const topic = 'bench-wake'
  await bus.ensureTopics([{ topic, partitions: 6, config: {} }])
  const state = new Map<string, string>()
  const scheduledAt = new Map<string, number>()
  const runningAt = new Map<string, number>()
  let isWaking = false
  let held = { incarnation: '', live: 0 }
  const readers = Array.from({ length: platform.columns }, () => makeJournalReader(codec))
  const subscription = await bus.subscribe({
    topics: [platform.topic('journal'), platform.topic('heartbeats')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onFailed: (error) => {
      throw error
    },
    onRecords: (records) => {
      const now = performance.now()
      for (const record of records) {
        if (record.topic === platform.topic('heartbeats')) {
          const beat = record.value ? codec.decode('Heartbeat', record.value) : null
          if (beat?.body.type === 'WorkerBeat' && beat.body.kind === 'triggerer') held = { incarnation: beat.incarnation, live: beat.body.live }
          continue
        }
        const entry = readers[record.partition]?.read(record)
        if (entry?.kind !== 'decided') continue
        for (const event of entry.events) {
          if (event.type !== 'TaskStateChanged' || event.dagId !== 'deferred5000') continue
          const key = `${event.taskId.slice(4)}-${event.mapIndex}`
          state.set(key, event.state)
          if (isWaking && event.state === 'scheduled') scheduledAt.set(key, now)
          if (isWaking && event.state === 'running') runningAt.set(key, now)
        }
      }
    },
  })
  const until = async (what: string, holds: () => boolean, limitMs = 180_000): Promise<number> => {
    const since = performance.now()
    while (!holds()) {
      if (performance.now() - since > limitMs) throw new Error(`not within ${limitMs / 1000} s: ${what}`)
      await pause(10)
    }
    return performance.now() - since
  }
  const count = (wanted: string): number => [...state.values()].filter((one) => one === wanted).length
  const pidOf = async (name: string): Promise<number> => {
    const { processes } = JSON.parse(await readFile(join(installation.dataDir, 'run.json'), 'utf8')) as { processes: { name: string; pid: number }[] }
    return processes.find((process) => process.name === name)?.pid ?? -1
  }
  const memoryMb = async (): Promise<number> =>
    [...(await sample(new Set([await pidOf('triggerer')]))).values()].reduce((sum, { pssKb }) => sum + pssKb, 0) / 1024

  try {
    const emptyMb = await memoryMb()
    await unpauseDag(installation, 'deferred5000')
    const began = performance.now()
    await triggerRun(installation, 'deferred5000', { topic })
    await until('all are deferred', () => count('deferred') === waiting)
    await until('all are held', () => held.live === waiting)
    const deferSeconds = (performance.now() - began) / 1000
    say(`  ${waiting} deferred and held after ${deferSeconds.toFixed(1)} s`)
    await pause(5000)
    const pssMb = await memoryMb()
    const before = await sample(new Set([await pidOf('triggerer')]))
    await pause(20_000)
    const after = await sample(new Set([await pidOf('triggerer')]))
    const ticks = [...after].reduce((sum, [pid, now]) => sum + now.cpuTicks - (before.get(pid)?.cpuTicks ?? 0), 0)
    const cpuPercent = (ticks / 100 / 20) * 100

    isWaking = true
    const sentAt = new Map<string, number>()
    for (let i = 0; i < woken; i++) {
      const key = `${i % 5}-${i}`
      sentAt.set(key, performance.now())
      await bus.send([{ topic, key, value: Buffer.from('{}') }])
      await pause(1000 / perSecond)
    }
    await until('the woken run', () => [...sentAt.keys()].every((key) => runningAt.has(key)))
    const wake = [...sentAt].map(([key, at]) => (scheduledAt.get(key) ?? Number.NaN) - at)
    const resume = [...sentAt].map(([key, at]) => (runningAt.get(key) ?? Number.NaN) - at)

    const before9 = held.incarnation
    process.kill(await pidOf('triggerer'), 'SIGKILL')
    const moveMs = await until('all that wait are held by another', () => held.incarnation !== before9 && held.live === waiting - woken, 60_000)
    const last = `4-${999}`
    await bus.send([{ topic, key: last, value: Buffer.from('{}') }])
    await until('one more is woken', () => state.get(last) === 'success', 30_000)
    return {
      pssMb,
      emptyPssMb: emptyMb,
      cpuPercent,
      deferSeconds,
      wakeP50Ms: p50(wake),
      wakeP95Ms: p95(wake),
      resumeP50Ms: p50(resume),
      resumeP95Ms: p95(resume),
      moveSeconds: moveMs / 1000,
    }
  } finally {
    await subscription.close()
    await platform.close()
  }
}
