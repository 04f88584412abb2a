import { type Static, Type } from 'typebox'
import { instant, nullableText, oneOf, pageQuery, ref, text } from './common.ts'
import { problem } from './route.ts'

export const DeadLetter = Type.Object(
  {
    topic: text('Where the record lies.'),
    partition: Type.Integer(),
    offset: Type.Integer(),
    by: text('Service that could not take it.'),
    code: text(),
    reason: text('What is wrong with it, and what to do.'),
    at: instant(),
    key: nullableText(),
    value: nullableText('The first 64 KiB of it; null: it has none.'),
    value_encoding: oneOf(['text', 'base64']),
    value_bytes: Type.Integer({ description: 'Size of the whole value.' }),
  },
  { $id: 'DeadLetter' },
)
export type DeadLetter = Static<typeof DeadLetter>

export const DeadLetterCollection = Type.Object({ dead_letters: Type.Array(ref(DeadLetter)), total_entries: Type.Integer() }, { $id: 'DeadLetterCollection' })
export type DeadLetterCollection = Static<typeof DeadLetterCollection>

export const DeadLettersQuery = Type.Object({
  ...pageQuery,
  topic: Type.Optional(Type.String({ description: 'Only of this topic.' })),
  key: Type.Optional(Type.String({ description: 'Only records with this key.' })),
})
export type DeadLettersQuery = Static<typeof DeadLettersQuery>

export const deadLetterRoutes = {
  getDeadLetters: {
    method: 'GET',
    url: '/ui/deadLetters',
    schema: {
      operationId: 'ui_get_dead_letters',
      tags: ['UI'],
      summary: 'Records that could not be taken, newest first',
      querystring: DeadLettersQuery,
      response: { 200: ref(DeadLetterCollection), ...problem },
    },
  },
} as const
