import { MillraceError } from '../core/errors.ts'
import type { Platform } from '../platform/platform.ts'

/**
 * F: reads `leadership` to its end as of now and answers the newest executor claim's offset, which is its epoch; -1 when there is none (claims older
 * than the topic's retention are never newer than one that is still there).
 */
export const newestClaim = async (platform: Platform, onFailed: (error: Error) => void): Promise<number> => {
  const topic = platform.topic('leadership')
  const state = (await platform.bus.offsets(topic)).partitions.find(({ partition }) => partition === 0)
  if (state === undefined) throw new MillraceError('topic_mismatch', `topic ${topic} has no partition 0: run the migration step`)
  const { low, high } = state
  if (low >= high) return -1
  let newest = -1
  let settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined
  const reachedEnd = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject }
  })
  const subscription = await platform.bus.subscribe({
    topics: [topic],
    assignment: { kind: 'only', partitions: { [topic]: [0] } },
    start: () => low,
    onRecords: (records) => {
      for (const record of records) {
        // The key is the role: no need to decode, so an executor of a later release is obeyed, too.
        if (record.offset < high && record.key === 'executor') newest = Math.max(newest, record.offset)
        if (record.offset >= high - 1) settle?.resolve()
      }
    },
    onFailed: (error) => settle?.reject(error),
  })
  try {
    await reachedEnd
  } finally {
    subscription.close().catch(onFailed) // nobody waits for it
  }
  return newest
}
