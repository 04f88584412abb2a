/**
 * The shell around the pure part. Records are handed over and taken in together; then one step, and what it asks for goes out in one send. Nothing
 * here awaits while it has news, but for the one thing that a record may need: a schema that was not known at start.
 */
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Incoming, Outgoing } from '../platform/bus/port.ts'
import { makeDeadLetter } from '../platform/dead-letters.ts'
import type { OnFailed, Platform } from '../platform/platform.ts'
import type { Effect } from './effects.ts'
import type { Executor } from './executor.ts'
import type { Intake } from './intake.ts'
import type { TopicEnd } from './leases.ts'
import { maxCommandBytes, type Outlet } from './outlet.ts'

export interface Loop {
  /** Returns at once. */
  records(records: readonly Incoming[]): void
  assigned(columns: readonly number[]): void
  /** Resolves when all that was sent stands in its topic. */
  stop(): Promise<void>
}

export const runLoop = (platform: Platform, executor: Executor, intake: Intake, outlet: Outlet, tickMs: number, onFailed: OnFailed): Loop => {
  const { bus, codec, clock, log, topic } = platform
  let news: (() => Promise<void> | void)[] = []
  let isRunning = false
  let running: Promise<void> = Promise.resolve()
  let stopped = false
  let cancelTick: () => void = () => undefined
  const sending = new Set<Promise<unknown>>()

  const fail = (thrown: unknown): void => {
    if (stopped) return
    stopped = true
    cancelTick()
    onFailed(ensureError(thrown))
  }

  const send = (records: readonly Outgoing[]): void => {
    if (records.length === 0) return
    const sent: Promise<unknown> = bus
      .send(records)
      .catch(fail)
      .finally(() => sending.delete(sent))
    sending.add(sent)
  }

  const tell = (item: () => Promise<void> | void): void => {
    if (stopped) return
    news.push(item)
    if (isRunning) return
    isRunning = true
    running = run().catch(fail)
  }

  const run = async (): Promise<void> => {
    await Promise.resolve() // records that arrive in the same moment go together
    while (news.length > 0 && !stopped) {
      const batch = news
      news = []
      executor.time(clock.steady()) // M: leases; a pause of ours costs nobody's, by rule J
      for (const item of batch) {
        const pending = item()
        if (pending) await pending
      }
      if (!stopped) act(executor.step())
    }
    isRunning = false // in the same breath as the look at the news: what comes from here on starts another run
  }

  /** DESIGN invariant 10: a record that cannot be read costs only itself. A journal that is impossible, or newer than we are, costs the reader. */
  const unreadable = (record: Incoming, error: Error): void => {
    if (record.topic === topic('journal') && !(error instanceof MillraceError && error.code === 'undecodable')) throw error
    log.error({ topic: record.topic, partition: record.partition, offset: record.offset, err: error }, 'a record cannot be read and goes to dead-letters')
    send([makeDeadLetter(platform, record, 'executor', error)])
  }

  /** Takes records in from `from` on; only an unknown schema makes it wait. */
  const take = (records: readonly Incoming[], from: number): Promise<void> | void => {
    for (let i = from; i < records.length; i++) {
      const record = records[i] as Incoming
      try {
        intake(record)
      } catch (thrown) {
        const error = ensureError(thrown)
        const isNew = error instanceof MillraceError && error.code === 'unknown_schema' && record.value !== null && record.topic !== topic('journal')
        if (isNew) return learn(record, error).then(() => take(records, i + 1))
        unreadable(record, error)
      }
    }
  }

  const learn = async (record: Incoming, unknown: Error): Promise<void> => {
    try {
      await codec.learn(record.value ?? Buffer.alloc(0))
      intake(record)
    } catch (thrown) {
      unreadable(record, new MillraceError('undecodable', `${unknown.message}; ${ensureError(thrown).message}`, { cause: thrown }))
    }
  }

  const act = (effects: readonly Effect[]): void => {
    const records: Outgoing[] = []
    for (const effect of effects) {
      switch (effect.type) {
        case 'ask_heartbeats_end':
          ask(bus.offsets(topic('heartbeats')), ([end]) => executor.heartbeatsEnd(effect.of, effect.epoch, end ?? { low: 0, high: 0 }))
          break
        case 'ask_journal_ends':
          ask(bus.offsets(topic('journal')), (ends) => executor.journalEnds(effect.epoch, ends))
          break
        case 'claim':
        case 'inbox':
        case 'drained':
        case 'report':
        case 'status': {
          const made = outlet.records(effect)
          if (made) for (const record of made) records.push(record)
          else if (effect.type === 'inbox' && (effect.command.body.type === 'RunAttempt' || effect.command.body.type === 'RunTrigger')) {
            const { token } = effect.command.body
            tell(() => executor.tooBig(token, `its arguments and context are bigger than ${maxCommandBytes} bytes: shorten its arguments, or the run's conf`))
          }
          break
        }
        default:
          effect satisfies never
      }
    }
    send(records)
  }

  const ask = (fetched: Promise<{ readonly partitions: readonly TopicEnd[] }>, answer: (ends: readonly TopicEnd[]) => void): void => {
    fetched.then(({ partitions }) => tell(() => answer(partitions)), fail)
  }

  const tick = (): void => {
    cancelTick = clock.after(tickMs, () => {
      tell(() => undefined)
      tick()
    })
  }
  tick()

  return {
    records: (records) => tell(() => take(records, 0)),
    assigned(columns) {
      log.info({ assigned: columns.includes(0) }, columns.includes(0) ? 'this executor shall lead' : 'another executor leads')
      tell(() => executor.assigned(columns.includes(0)))
    },
    async stop() {
      stopped = true
      cancelTick()
      await running
      await Promise.all(sending)
    },
  }
}
