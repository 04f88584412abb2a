/** What watches say of messages: asked of the processes that run their code, one for each bundle, which start on demand and leave when nobody asks. */
import { MillraceError } from '../../core/errors.ts'
import type { Incoming } from '../../platform/bus/port.ts'
import type { Clock } from '../../platform/clock.ts'
import type { KafkaAccess } from '../../sdk/hooks/kafka/kafka-access.ts'
import type { FilterChild } from './filter-child.ts'
import type { Applied, WatchSpec } from './watch-messages.ts'
import type { ActiveWatch } from './watch-table.ts'

export interface Fault {
  readonly code: string
  readonly message: string
}

/** Of one message: JSON of its extra, null when it does not count, or why it could not be judged. */
export type Verdict = string | null | Fault

export interface Judging {
  /** By watch, then by message. Rejects for what is no fault of a message: code that is not there, a registry that is away. */
  judge(access: KafkaAccess, watches: readonly ActiveWatch[], records: readonly Incoming[]): Promise<readonly (readonly Verdict[])[]>
  close(): Promise<void>
}

export interface JudgingOptions {
  readonly clock: Clock
  readonly openChild: () => FilterChild
  /** File of a bundle; null: it has not come yet. */
  readonly bundleFile: (hash: string) => string | null
  readonly idleMs: number
}

const noCode = ''

export const makeJudging = ({ clock, openChild, bundleFile, idleMs }: JudgingOptions): Judging => {
  const children = new Map<string, FilterChild>()
  let cancelSweep: (() => void) | null = null

  const sweep = (): void => {
    cancelSweep = null
    for (const [bundle, child] of children)
      if (child.idleMs() >= idleMs) {
        children.delete(bundle)
        void child.close()
      }
    if (children.size > 0) cancelSweep = clock.after(idleMs, sweep)
  }
  const childOf = (bundle: string): FilterChild => {
    const child = children.get(bundle) ?? openChild()
    children.set(bundle, child)
    cancelSweep ??= clock.after(idleMs, sweep)
    return child
  }
  const specOf = ({ uri, topic, value, filter, extra, needsCode, dagId, bundle }: ActiveWatch): WatchSpec => {
    const file = bundle === null ? null : bundleFile(bundle)
    if (bundle !== null && file === null)
      throw new MillraceError('bad_dag', `the code of dag '${dagId}' (bundle ${bundle.slice(0, 12)}) has not come yet: it is waited for`)
    return { uri, topic, value, filter, extra, needsCode, dagId, bundle: file }
  }

  const judgeWith = async (child: FilterChild, access: KafkaAccess, watches: readonly ActiveWatch[], records: readonly Incoming[]): Promise<Verdict[][]> => {
    const request = {
      access,
      watches: watches.map(specOf),
      messages: records.map(({ partition, offset, timestamp, key, value, headers }) => ({ partition, offset, timestamp, key, value, headers })),
    }
    const skip: [number, number][] = []
    const verdicts: Verdict[][] = watches.map(() => records.map(() => null))
    for (let careful = false; ; careful = true) {
      const outcome = await child.apply({ ...request, skip, careful })
      if ('applied' in outcome) {
        for (const [watch, applied] of outcome.applied.entries()) fill(verdicts[watch] ?? [], applied)
        return verdicts
      }
      const { how, at } = outcome.died
      if (at === null) {
        if (careful) throw new MillraceError('filter_failed', `the process for filters ends before it can say over which message: ${how}`)
        continue
      }
      const [watch, message] = at
      skip.push([watch, message])
      const row = verdicts[watch]
      if (row) row[message] = { code: 'filter_failed', message: `the watch's code was ended over this message: ${how}` }
    }
  }

  return {
    async judge(access, watches, records) {
      const verdicts: (readonly Verdict[])[] = watches.map(() => [])
      const byBundle = new Map<string, number[]>()
      for (const [index, { bundle }] of watches.entries()) byBundle.set(bundle ?? noCode, [...(byBundle.get(bundle ?? noCode) ?? []), index])
      await Promise.all(
        [...byBundle].map(async ([bundle, indices]) => {
          const found = await judgeWith(
            childOf(bundle),
            access,
            indices.map((index) => watches[index] as ActiveWatch),
            records,
          )
          for (const [at, index] of indices.entries()) verdicts[index] = found[at] ?? []
        }),
      )
      return verdicts
    },
    async close() {
      cancelSweep?.()
      const open = [...children.values()]
      children.clear()
      await Promise.all(open.map((child) => child.close()))
    },
  }
}

const fill = (row: Verdict[], { matches, faults }: Applied): void => {
  for (const [index, extra] of matches) row[index] = extra
  for (const [index, code, message] of faults) row[index] = { code, message }
}
