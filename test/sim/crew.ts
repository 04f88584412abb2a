/** The processes of the installation: each place is filled again when its process dies, fails or is stopped. */
import type { Logger } from '../../services/platform/log.ts'
import type { OnFailed, Platform, Service } from '../../services/platform/platform.ts'
import type { Network, SimBus } from './network.ts'
import type { Random } from './random.ts'
import type { Settings } from './settings.ts'
import type { Process, Timeline } from './timeline.ts'

export interface Place {
  readonly role: string
  readonly name: string
  process: Process
  bus: SimBus
  service: Service | null
  stopping: boolean
  onDeath: () => void
}

export interface Start {
  readonly role: string
  /** Starts the service; what it puts beside itself dies in `onDeath`. */
  start(platform: Platform, process: Process, onFailed: OnFailed, onDeath: (die: () => void) => void): Promise<Service>
}

export interface Crew {
  readonly places: readonly Place[]
  crash(place: Place, why: string): void
  stop(place: Place): void
  pause(place: Place, ms: number): void
  /** The group thinks that it is gone; it learns that later. */
  rebalance(place: Place): void
  /** Wakes all, sets all clocks. */
  calm(): void
  counts: Record<string, number>
}

export interface CrewOptions {
  readonly timeline: Timeline
  readonly random: Random
  readonly network: Network
  readonly platformOf: (process: Process, bus: SimBus, log: Logger) => Platform
  readonly logOf: (process: Process) => Logger
  readonly starts: readonly Start[]
  readonly settings: Pick<Settings, 'atOnce' | 'unawareMs'>
  readonly onFailed: (place: Place, error: Error) => void
  readonly say: (text: string) => void
}

const sessionMs = 3000

export const startCrew = ({ timeline, random, network, platformOf, logOf, starts, settings, onFailed, say }: CrewOptions): Crew => {
  const { broker } = network
  const counts: Record<string, number> = {}
  const lives = new Map<string, number>()
  const count = (what: string): void => {
    counts[what] = (counts[what] ?? 0) + 1
  }

  const boot = (place: Place, { start }: Start): void => {
    const life = (lives.get(place.name) ?? 0) + 1
    lives.set(place.name, life)
    const process: Process = { name: `${place.name}.${life}`, alive: true, pausedUntil: 0, skewMs: 0 }
    const bus = network.open(process)
    Object.assign(place, { process, bus, service: null, stopping: false, onDeath: () => undefined })
    const failed = (thrown: unknown): void => {
      if (place.process !== process || !process.alive || place.stopping) return
      onFailed(place, thrown as Error)
      crew.crash(place, `failed: ${(thrown as Error).message}`)
    }
    timeline.post(process, 0, () => {
      start(platformOf(process, bus, logOf(process)), process, failed, (die) => {
        place.onDeath = die
      }).then((service) => {
        place.service = service
      }, failed)
    })
  }
  const startOf = new Map<Place, Start>()
  const end = (place: Place): void => {
    const { process } = place
    process.alive = false
    place.bus.crash()
    place.onDeath()
    timeline.at(timeline.now() + (random.chance(settings.atOnce) ? random.between(1, 50) : random.between(200, 4000)), () => {
      const start = startOf.get(place)
      if (start) boot(place, start)
    })
  }

  const crew: Crew = {
    places: starts.map((start, i) => {
      const place = { role: start.role, name: `${start.role}${i}` } as Place
      startOf.set(place, start)
      boot(place, start)
      return place
    }),
    counts,
    crash(place, why) {
      const { name, alive } = place.process
      if (!alive) return
      count('crash')
      say(`${name} crashes (${why})`)
      timeline.at(timeline.now() + random.between(1000, sessionMs + 200), () => broker.expire(name))
      end(place)
    },
    stop(place) {
      const { process, service } = place
      if (!process.alive || !service || place.stopping) return
      place.stopping = true
      count('stop')
      say(`${process.name} is asked to stop`)
      const stopped = (): void => {
        if (!process.alive) return
        say(`${process.name} stopped`)
        end(place)
      }
      timeline.post(process, 0, () => {
        service
          .stop()
          .then(() => place.bus.close())
          .then(stopped, stopped)
      })
      timeline.at(timeline.now() + 15_000, () => {
        if (place.process === process && process.alive) crew.crash(place, 'does not stop')
      })
    },
    pause(place, ms) {
      const { process } = place
      const until = timeline.now() + ms
      if (!process.alive || process.pausedUntil >= until) return
      count('pause')
      say(`${process.name} pauses for ${Math.round(ms)} ms`)
      process.pausedUntil = until
      if (ms < sessionMs) return
      timeline.at(timeline.now() + sessionMs, () => {
        if (!process.alive || process.pausedUntil <= timeline.now()) return
        broker.expire(process.name)
        const rejoin = (): void => {
          if (!process.alive) return
          if (process.pausedUntil > timeline.now()) timeline.at(process.pausedUntil + random.between(10, 1000), rejoin)
          else broker.rejoin(process.name)
        }
        rejoin()
      })
    },
    rebalance(place) {
      const { process } = place
      if (!process.alive) return
      count('rebalance')
      say(`${process.name} loses its session`)
      broker.expire(process.name)
      timeline.at(timeline.now() + random.between(50, settings.unawareMs), () => {
        if (process.alive) broker.rejoin(process.name)
      })
    },
    calm() {
      for (const { process } of crew.places) {
        process.pausedUntil = 0
        process.skewMs = 0
      }
    },
  }
  return crew
}
