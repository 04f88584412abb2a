import type { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Subject } from './subjects.ts'

/** What we ask of a schema registry (Confluent's API). A registry that does not answer is `registry_unreachable`. */
export interface RegistryClient {
  /** Undefined: this subject has no such schema. */
  idOf(subject: Subject): Promise<number | undefined>
  /** Ids of all versions; empty for an unknown subject. `known` is one of them: the only one is not asked for again. */
  idsOf(subject: Subject, known?: number): Promise<readonly number[]>
  /** A writer's schema as JSON text; undefined: there is no such id. */
  schemaOf(id: number): Promise<string | undefined>
  /** Sets the compatibility level if it is another one. */
  setCompatibility(subject: Subject): Promise<void>
  /** Registers it if it is not there and answers its id. Rejects with `incompatible_schema`. */
  register(subject: Subject): Promise<number>
  answers(withinMs: number): Promise<boolean>
}

const requestMs = 10_000
const noConnection = /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|socket hang up|timeout/i
const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }

/** Loaded when it is needed: a start that finds its schemas as it left them does without, and it takes 0.14 s of processor time. */
const library = () => import('@kafkajs/confluent-schema-registry')

export const makeRegistryClient = (url: string): RegistryClient => {
  const host = url.replace(/\/+$/, '')
  let client: SchemaRegistry | undefined
  const registry = async (): Promise<SchemaRegistry> => {
    const { SchemaRegistry } = await library()
    client ??= new SchemaRegistry({ host, clientId: 'millrace', retry: { retries: 2, initialRetryTimeInSecs: 0.1, maxRetryTimeInSecs: 1 } })
    return client
  }
  const at = (subject: Subject): string => encodeURIComponent(subject.name)

  const call = async (path: string, init: RequestInit = {}, withinMs = requestMs): Promise<{ status: number; body: unknown }> => {
    try {
      const response = await fetch(`${host}${path}`, { ...init, headers, signal: AbortSignal.timeout(withinMs) })
      const text = await response.text()
      return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
    } catch (cause) {
      throw unreachable(cause)
    }
  }
  const unreachable = (cause: unknown): MillraceError => {
    const { message, cause: below } = ensureError(cause)
    return new MillraceError(
      'registry_unreachable',
      `the schema registry at ${host} does not answer (${below instanceof Error && below.message !== '' ? below.message : message}): check SCHEMA_REGISTRY_URL`,
      { cause },
    )
  }
  /** The client library's rejection: the status that the registry answered with. The library calls a refused connection status 400. */
  const statusOf = (thrown: unknown): number => {
    const { status, message } = thrown as { status?: number; message?: string }
    if (status === undefined || status < 400 || status >= 500 || (status === 400 && noConnection.test(message ?? ''))) throw unreachable(thrown)
    return status
  }

  return {
    async idOf(subject) {
      const { status, body } = await call(`/subjects/${at(subject)}`, { method: 'POST', body: JSON.stringify({ schema: subject.schema }) })
      if (status === 200) return (body as { id: number }).id
      if (status === 404) return undefined
      throw unreachable(new Error(`it answers ${status} for subject ${subject.name}: ${JSON.stringify(body)}`))
    },
    async idsOf(subject, known) {
      const { status, body } = await call(`/subjects/${at(subject)}/versions`)
      if (status === 404) return []
      if (status !== 200) throw unreachable(new Error(`it answers ${status} for the versions of ${subject.name}: ${JSON.stringify(body)}`))
      const versions = body as readonly number[]
      if (known !== undefined && versions.length === 1) return [known]
      const asked = await registry()
      return Promise.all(versions.map((version) => asked.getRegistryId(subject.name, version).catch((thrown: unknown) => Promise.reject(unreachable(thrown)))))
    },
    async schemaOf(id) {
      try {
        const type = (await (await registry()).getSchema(id)) as unknown as { schema(options: { exportAttrs: boolean }): unknown }
        return JSON.stringify(type.schema({ exportAttrs: true }))
      } catch (thrown) {
        if (statusOf(thrown) === 404) return undefined
        throw unreachable(thrown)
      }
    },
    async setCompatibility(subject) {
      const now = await call(`/config/${at(subject)}`)
      if (now.status === 200 && (now.body as { compatibilityLevel?: string }).compatibilityLevel === subject.compatibility) return
      const { status, body } = await call(`/config/${at(subject)}`, { method: 'PUT', body: JSON.stringify({ compatibility: subject.compatibility }) })
      if (status !== 200)
        throw unreachable(new Error(`it refuses compatibility ${subject.compatibility} for ${subject.name} with ${status}: ${JSON.stringify(body)}`))
    },
    async register(subject) {
      try {
        const { COMPATIBILITY, SchemaType } = await library()
        const { id } = await (await registry()).register(
          { type: SchemaType.AVRO, schema: subject.schema },
          { subject: subject.name, compatibility: COMPATIBILITY[subject.compatibility] },
        )
        return id
      } catch (thrown) {
        const status = statusOf(thrown)
        const why = `the registry answers ${status}: ${ensureError(thrown).message}`
        throw new MillraceError(
          'incompatible_schema',
          `subject ${subject.name} (${subject.compatibility}) refuses this release's schema of ${subject.record}: ${why}. Give new fields a default and do not change or remove what others read`,
          { cause: thrown },
        )
      }
    },
    answers: (withinMs) =>
      call('/config', {}, withinMs).then(
        ({ status }) => status < 500,
        () => false,
      ),
  }
}
