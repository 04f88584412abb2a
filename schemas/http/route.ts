/** A route as data: what the server registers, what the OpenAPI document is made from. */
import { Type } from 'typebox'
import { Problem, ref } from './common.ts'

export interface RouteDocs {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
}

/** Answers other than success are the same everywhere. */
export const problem = { default: ref(Problem) }

/** Server-sent events: the body is a stream of the named events, each `data` one of the named schemas. */
export const eventStream = (events: Readonly<Record<string, string>>) => ({
  200: {
    description: `Server-sent events: ${Object.entries(events)
      .map(([name, schema]) => `\`${name}\` (${schema})`)
      .join(', ')}.`,
    content: { 'text/event-stream': { schema: Type.String() } },
  },
  ...problem,
})
