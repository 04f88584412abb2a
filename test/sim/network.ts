/**
 * The bus of each process on one broker in memory, with what a network does to it: late, slow and lagging deliveries (each partition on its own),
 * answers that are lost (the sender appends again), copies that land long after (a request that was thought dead), a process that stops or dies
 * while its batch is under way.
 */
import { type MemoryBroker, makeMemoryBroker, type Step } from '../../services/platform/bus/memory/memory-broker.ts'
import { openMemoryBus } from '../../services/platform/bus/memory/open-memory-bus.ts'
import type { Bus, Incoming, SubscribeOptions } from '../../services/platform/bus/port.ts'
import type { Random } from './random.ts'
import type { Settings } from './settings.ts'
import type { Process, Timeline } from './timeline.ts'

export interface SimBus extends Bus {
  crash(): void
}

export interface Network {
  readonly broker: MemoryBroker
  open(process: Process): SimBus
  /** The process of a role that a group handed something to last. */
  leader(role: string): string | undefined
  /** No fault from now on; copies under way still land. */
  calm(): void
}

export interface NetworkOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly settings: Settings
  readonly startedAt: number
  /** A process just sent something: it may stop or die now. */
  readonly onSending: (process: Process) => void
}

const latestCopyMs = 8000
/** How often, and by how much at most. */
type Lag = readonly [number, number]
/** Share of the deliveries of a slow reader that lag. */
const slowReader = 0.8

export const makeNetwork = ({ timeline, random, settings, startedAt, onSending }: NetworkOptions): Network => {
  const processes = new Map<string, Process>()
  const leaders = new Map<string, string>()
  let faulty = true
  let captured: Step | null = null
  const hop = (): number => random.between(0.2, 3)
  const slowHop = (): number => (faulty && random.chance(settings.slow) ? random.between(20, settings.slowMs) : hop())
  const roleOf = (process: Process): string => process.name.replace(/\d.*$/, '')
  const lag = ([share, ms]: Lag): number => (faulty && random.chance(share) ? random.between(20, ms) : hop())

  const append = (process: Process, step: Step): void => {
    let held: Step | null = null
    const land = (answer: boolean): void => {
      captured = null
      step.run()
      held ??= captured
      if (answer && held) timeline.post(process, slowHop(), held.run)
    }
    const after = slowHop()
    const sendAgain = (): void =>
      void timeline.post(process, after + random.between(50, settings.sendAgainMs), () => timeline.at(timeline.now() + slowHop(), () => land(true)))
    const luck = faulty ? random.next() : 1
    const limbo = settings.limboOf?.[roleOf(process)] ?? settings.limbo
    if (luck < limbo) {
      timeline.at(timeline.now() + after + random.between(0, latestCopyMs), () => land(false))
      sendAgain()
    } else if (luck < limbo + settings.lostAck) {
      timeline.at(timeline.now() + after, () => land(false))
      sendAgain()
    } else
      timeline.at(timeline.now() + after, () => {
        // A dead sender's batch had left, or it had not.
        if (process.alive || random.chance(0.5)) land(true)
      })
    if (faulty) onSending(process)
  }

  const schedule = (step: Step): void => {
    const process = processes.get(step.bus)
    if (!process) throw new Error(`no process ${step.bus}`)
    switch (step.kind) {
      case 'append':
        return append(process, step)
      case 'ack':
        captured = step
        return
      case 'records':
        return step.run() // into the lanes below, which lag
      case 'assigned':
        return void timeline.post(process, slowHop(), step.run)
      default:
        step.kind satisfies never
    }
  }
  const broker = makeMemoryBroker({ schedule, now: () => Math.floor(startedAt + timeline.now()) })

  /** A subscription whose partitions lag one by one. */
  const lagging = (process: Process, options: SubscribeOptions): SubscribeOptions & { readonly end: () => void } => {
    const lanes = new Map<string, { waiting: Incoming[]; lag: Lag; over: boolean }>()
    const role = roleOf(process)
    let over = false
    let columns: readonly number[] = []
    const lagOf = (topic: string): Lag => {
      const [share, ms] = settings.slowReaders?.[`${role}/${topic.replace(/^\w+\./, '')}`] ?? [0, 0]
      return random.chance(share) ? [slowReader, ms] : [settings.lag, settings.lagMs]
    }
    const laneOf = (topic: string, partition: number) => {
      const key = `${topic}/${partition}`
      const lane = lanes.get(key) ?? { waiting: [], lag: lagOf(topic), over: false }
      lanes.set(key, lane)
      return lane
    }
    const deliverLater = (topic: string, partition: number): void => {
      const lane = laneOf(topic, partition)
      timeline.post(process, lag(lane.lag), () => {
        if (over || lane.over) return
        const some = random.chance(0.8) ? lane.waiting.length : 1 + random.whole(lane.waiting.length)
        const records = lane.waiting.splice(0, some)
        if (lane.waiting.length > 0) deliverLater(topic, partition)
        try {
          options.onRecords(records)
          const last = records.at(-1)
          if (last) options.onProgress?.(topic, partition, last.offset + 1)
        } catch (thrown) {
          over = true
          options.onFailed(thrown as Error)
        }
      })
    }
    const drop = (isGone: (partition: number) => boolean): void => {
      if (options.assignment.kind !== 'columns') return
      const { columnTopics } = options.assignment
      for (const [key, lane] of lanes) {
        const [topic = '', partition = ''] = key.split('/')
        if (!columnTopics.includes(topic) || !isGone(Number(partition))) continue
        lane.over = true
        lanes.delete(key)
      }
    }
    return {
      ...options,
      end: () => {
        over = true
      },
      onRecords(records) {
        const [first] = records
        if (!first) return
        const lane = laneOf(first.topic, first.partition)
        const isIdle = lane.waiting.length === 0
        for (const record of records) lane.waiting.push(record)
        if (isIdle) deliverLater(first.topic, first.partition)
      },
      onProgress: () => undefined,
      onAssigned(now) {
        const before = columns
        columns = now
        if (now.length > 0) leaders.set(role, process.name)
        drop((partition) => !now.includes(partition) || !before.includes(partition))
        options.onAssigned?.(now)
      },
    }
  }

  return {
    broker,
    leader: (role) => leaders.get(role),
    calm() {
      faulty = false
    },
    open(process) {
      processes.set(process.name, process)
      const bus = openMemoryBus(broker, process.name)
      return {
        // Parts of a decision may go in different batches (rule B).
        send: async (records) =>
          records.some(({ headers }) => headers?.last === '0') ? (await Promise.all(records.map((record) => bus.send([record])))).flat() : bus.send(records),
        async subscribe(options) {
          const slow = lagging(process, options)
          const inner = await bus.subscribe(slow)
          return {
            close: () => {
              slow.end()
              return inner.close()
            },
          }
        },
        offsets: (topic) =>
          new Promise((resolve) => {
            timeline.at(timeline.now() + slowHop(), () => {
              const state = broker.offsets(topic)
              timeline.post(process, slowHop(), () => resolve(state))
            })
          }),
        ensureTopics: (topics) => bus.ensureTopics(topics),
        deleteRecords: (topic, partition, before) => bus.deleteRecords(topic, partition, before),
        close: () => bus.close(),
        crash: () => bus.crash(),
      }
    },
  }
}
