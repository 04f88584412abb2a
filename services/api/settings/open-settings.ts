/** Topic `settings` as the API knows it: a compacted topic of one partition, read from its beginning and kept in memory. Its records are few. */
import type { Setting } from '../../../schemas/generated/records.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Incoming } from '../../platform/bus/port.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'

export type SettingKind = 'pool'

export interface Settings {
  /** By name, as last written. */
  all(kind: SettingKind): ReadonlyMap<string, Setting>
  get(kind: SettingKind, name: string): Setting | null
  /** Resolves when `get` shows it. Throws `no_answer` when the broker does not give it back within 10 s. */
  put(kind: SettingKind, name: string, value: object, principal: string): Promise<void>
  remove(kind: SettingKind, name: string): Promise<void>
  close(): Promise<void>
}

const shownMs = 10_000

export const openSettings = async (platform: Platform, onFailed: OnFailed): Promise<Settings> => {
  const { bus, codec, clock, log } = platform
  const topic = platform.topic('settings')
  const known = new Map<string, Setting>()
  let next = 0
  const waiting = new Set<{ readonly offset: number; readonly resolve: () => void }>()

  const learn = (record: Incoming): void => {
    const { key, value } = record
    if (key === null) return
    try {
      if (value === null) known.delete(key)
      else known.set(key, codec.decode('Setting', value))
    } catch (thrown) {
      log.warn({ topic, offset: record.offset, error: ensureError(thrown).message }, 'a setting cannot be read; the one before it holds')
    }
  }

  const progressed = (upTo: number): void => {
    next = Math.max(next, upTo)
    for (const one of waiting) if (one.offset < next) one.resolve()
  }

  /** Resolves when everything up to this offset was read. */
  const shown = (offset: number): Promise<void> =>
    new Promise((resolve, reject) => {
      if (offset < next) return resolve()
      const cancel = clock.after(shownMs, () => {
        waiting.delete(one)
        reject(new MillraceError('no_answer', `Topic ${topic} was not read up to record ${offset} within ${shownMs / 1000} s: see whether the broker answers.`))
      })
      const one = {
        offset,
        resolve: () => {
          cancel()
          waiting.delete(one)
          resolve()
        },
      }
      waiting.add(one)
    })

  const subscription = await bus.subscribe({
    topics: [topic],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const record of records) learn(record)
    },
    onProgress: (_topic, _partition, upTo) => progressed(upTo),
    onFailed,
    pace: 'calm',
  })
  const { partitions } = await bus.offsets(topic)
  for (const { low, high } of partitions) if (high > low) await shown(high - 1)

  const write = async (key: string, value: Buffer | null): Promise<void> => {
    const [ack] = await bus.send([{ topic, partition: 0, key, value }])
    if (ack) await shown(ack.offset)
  }
  return {
    all: (kind) => new Map([...known].flatMap(([key, setting]) => (key.startsWith(`${kind}/`) ? [[setting.name, setting] as const] : []))),
    get: (kind, name) => known.get(`${kind}/${name}`) ?? null,
    put: (kind, name, value, principal) =>
      write(`${kind}/${name}`, codec.encode('Setting', { kind, name, value: JSON.stringify(value), encrypted: false, at: clock.now(), principal })),
    remove: (kind, name) => write(`${kind}/${name}`, null),
    close: () => subscription.close(),
  }
}
