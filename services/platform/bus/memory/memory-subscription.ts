import { ensureError, MillraceError } from '../../../core/errors.ts'
import type { Incoming, SubscribeOptions, Subscription, TopicState } from '../port.ts'
import type { MemoryBroker } from './memory-broker.ts'
import type { MemoryMember } from './memory-group.ts'

export interface MemorySubscription extends Subscription {
  /** Resolved with the first assignment. */
  readonly joined: Promise<void>
  /** The process is gone: nothing is called any more, and the group does not know it yet. */
  crash(): void
}

interface Place {
  readonly topic: string
  readonly partition: number
}

const maxRecords = 1000
const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`

export const openMemorySubscription = (broker: MemoryBroker, bus: string, id: string, options: SubscribeOptions): MemorySubscription => {
  const { assignment } = options
  const endsAtSubscribe = new Map<string, TopicState>(options.topics.map((topic) => [topic, broker.offsets(topic)]))
  const positions = new Map<string, { readonly place: Place; next: number }>()
  let columns: readonly number[] | undefined
  let over = false
  let isScheduled = false
  let settleJoined = (): void => undefined
  const joined = new Promise<void>((resolve) => {
    settleJoined = resolve
  })

  const end = (): void => {
    over = true
    stopListening()
    if (assignment.kind === 'columns') broker.group(assignment.group).leave(member)
  }
  const fail = (error: Error): void => {
    if (over) return
    end()
    options.onFailed(error)
  }
  const guarded = (work: () => void): void => {
    if (over) return
    try {
      work()
    } catch (thrown) {
      fail(ensureError(thrown))
    }
  }

  const startOf = (place: Place, isFirst: boolean): number => {
    const log = broker.topic(place.topic).partitions[place.partition]
    const { low, high } = log ?? { low: 0, high: 0 }
    const start = options.start(place.topic, place.partition)
    const snapshot = Math.max(low, endsAtSubscribe.get(place.topic)?.partitions[place.partition]?.high ?? low)
    return start === 'beginning' ? low : start === 'end' ? (isFirst ? snapshot : high) : start
  }
  const checkPosition = ({ topic, partition }: Place, next: number): void => {
    const { low, high } = broker.topic(topic).partitions[partition] ?? { low: 0, high: 0 }
    if (next < low || next > high || !Number.isSafeInteger(next))
      throw new MillraceError(
        'position_lost',
        `${topic}/${partition}: position ${next} is outside of ${low}..${high}: records between were deleted, or the topic was made anew`,
      )
  }
  const assign = (places: readonly Place[], isFirst: boolean): void => {
    const kept = new Set(places.map(keyOf))
    for (const key of positions.keys()) if (!kept.has(key)) positions.delete(key)
    for (const place of places) {
      if (positions.has(keyOf(place))) continue
      const next = startOf(place, isFirst)
      checkPosition(place, next)
      positions.set(keyOf(place), { place, next })
    }
    poke()
  }

  const poke = (): void => {
    if (isScheduled || over) return
    isScheduled = true
    broker.schedule({
      kind: 'records',
      bus,
      run: () => {
        isScheduled = false
        guarded(deliver)
      },
    })
  }
  const deliver = (): void => {
    let isMore = false
    for (const position of positions.values()) {
      const { topic, partition } = position.place
      checkPosition(position.place, position.next)
      const records: readonly Incoming[] = broker.topic(topic).partitions[partition]?.read(position.next, maxRecords) ?? []
      const last = records.at(-1)
      if (!last || over) continue
      position.next = last.offset + 1
      if (records.length === maxRecords) isMore = true
      options.onRecords(records)
      options.onProgress?.(topic, partition, position.next)
    }
    if (isMore) poke()
  }
  const stopListening = broker.onAppended((topic, partition) => {
    if (positions.has(keyOf({ topic, partition }))) poke()
  })

  const wholeTopics = (topics: readonly string[]): Place[] =>
    topics.flatMap((topic) => broker.topic(topic).partitions.map((_, partition) => ({ topic, partition })))
  const onColumns = (group: Extract<typeof assignment, { kind: 'columns' }>, now: readonly number[]): void => {
    const isFirst = columns === undefined
    const isSame = columns?.join() === now.join()
    columns = now
    if (!isSame) options.onAssigned?.(now)
    assign(
      [
        ...group.columnTopics.flatMap((topic) => now.map((partition) => ({ topic, partition }))),
        ...wholeTopics(options.topics.filter((topic) => !group.columnTopics.includes(topic))),
      ],
      isFirst,
    )
  }
  const member: MemoryMember = {
    id,
    bus,
    columns: () => (assignment.kind === 'columns' ? Math.min(...assignment.columnTopics.map((topic) => broker.topic(topic).partitions.length)) : 0),
    onAssigned: (now) => {
      guarded(() => {
        if (assignment.kind === 'columns') onColumns(assignment, now)
      })
      settleJoined()
    },
  }
  if (assignment.kind === 'columns') broker.group(assignment.group).join(member)
  else {
    const places =
      assignment.kind === 'all'
        ? wholeTopics(options.topics)
        : Object.entries(assignment.partitions).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })))
    broker.schedule({
      kind: 'assigned',
      bus,
      run: () => {
        guarded(() => assign(places, true))
        settleJoined()
      },
    })
  }

  return {
    joined,
    crash: () => {
      over = true
      stopListening()
    },
    async close() {
      if (!over) end()
    },
  }
}
