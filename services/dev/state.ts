import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { Type } from '#typebox'
import { Check } from '#typebox/value'
import { MillraceError } from '../core/errors.ts'
import { readJson, writeJson } from './json-file.ts'
import { freePortNear, holderOf, isFree } from './stack/ports.ts'

const layoutVersion = 1

/** Ports wanted on a first start: away from the usual ones, so that servers of one's own keep theirs. */
const wanted = { kafka: 19_092, controller: 19_093, postgres: 15_432, registry: 18_081, registryManagement: 18_082, userApi: 18_090 }

export type Ports = { readonly [name in keyof typeof wanted]: number }

const Port = Type.Integer({ minimum: 1, maximum: 65_535 })
const State = Type.Object({
  version: Type.Literal(layoutVersion),
  postgresPassword: Type.String({ minLength: 1 }),
  web: Port,
  ports: Type.Object({ kafka: Port, controller: Port, postgres: Port, registry: Port, registryManagement: Port, userApi: Port }),
})

/** What a data directory remembers from one start to the next (`state.json`). */
export interface State {
  readonly version: typeof layoutVersion
  readonly postgresPassword: string
  readonly web: number
  readonly ports: Ports
}

const fileOf = (dataDir: string): string => join(dataDir, 'state.json')

/** The remembered state; undefined in a new directory. */
export const readState = (dataDir: string): State | undefined => {
  const content = readJson(fileOf(dataDir))
  if (content === undefined) return undefined
  if (Check(State, content)) return content
  const version = (content as { version?: unknown } | null)?.version
  const reason =
    version === layoutVersion ? 'is damaged' : `was written by another version of Millrace (layout ${JSON.stringify(version)}, this one reads ${layoutVersion})`
  throw new MillraceError('bad_config', `${fileOf(dataDir)} ${reason}: start with --reset to begin anew, or with --data-dir to use another directory`)
}

const defaultWebPort = 8080

/** The port asked for, else the one used last here, else 8080. */
export const webPortOf = (dataDir: string, asked: number | undefined): number => asked ?? readState(dataDir)?.web ?? defaultWebPort

/** The state for this start: remembered ports, others where those have been taken meanwhile; written back. */
export const prepareState = async (dataDir: string, web: number): Promise<State> => {
  const known = readState(dataDir)
  const taken = new Set([web])
  const ports: Record<string, number> = {}
  for (const [name, first] of Object.entries(known?.ports ?? wanted)) {
    const port = await freePortNear(first, taken)
    taken.add(port)
    ports[name] = port
  }
  const state: State = {
    version: layoutVersion,
    postgresPassword: known?.postgresPassword ?? randomBytes(18).toString('base64url'),
    web,
    ports: ports as Ports,
  }
  writeJson(fileOf(dataDir), state)
  return state
}

/** Throws with who holds the web port when it is not free: a page that moves by itself would not be found. */
export const requireFreeWebPort = async (port: number, host: string): Promise<void> => {
  if (await isFree(port, host)) return
  const holder = await holderOf(port)
  throw new MillraceError('port_taken', `port ${port} is taken${holder ? ` by ${holder}` : ''}: end that, or choose another with --port ${port + 1}`)
}
