/** Pieces that every schema of the REST API is built from. Instants are RFC 3339 text in UTC, durations are seconds, ids are Airflow's (snake_case). */
import { type Static, type TSchema, Type } from 'typebox'

/** A named schema (it has an `$id`) by reference: it stands once in the OpenAPI document, under components, and keeps its static type. */
export const ref = <T extends TSchema>(schema: T) => Type.Unsafe<Static<T>>({ $ref: `${(schema as { $id?: string }).$id}#` })

export const nullableRef = <T extends TSchema>(schema: T) => Type.Union([ref(schema), Type.Null()])

export const text = (description?: string) => Type.String(description === undefined ? {} : { description })

export const nullableText = (description?: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], ...(description === undefined ? {} : { description }) })

export const instant = (description?: string) => Type.String({ format: 'date-time', ...(description === undefined ? {} : { description }) })

/** Answers are not validated by format: dates leave as text that we made. */
export const nullableInstant = (description?: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', ...(description === undefined ? {} : { description }) })

export const nullableNumber = (description?: string) =>
  Type.Unsafe<number | null>({ type: ['number', 'null'], ...(description === undefined ? {} : { description }) })

export const nullableInteger = (description?: string) =>
  Type.Unsafe<number | null>({ type: ['integer', 'null'], ...(description === undefined ? {} : { description }) })

/** Any JSON object; its keys are the user's. */
export const anyObject = (description?: string) =>
  Type.Unsafe<{ readonly [key: string]: unknown }>({ type: 'object', additionalProperties: true, ...(description === undefined ? {} : { description }) })

/** One of a closed list of words. */
export const oneOf = <const T extends readonly string[]>(values: T, description?: string) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values], ...(description === undefined ? {} : { description }) })

export const nullableOneOf = <const T extends readonly string[]>(values: T, description?: string) =>
  Type.Unsafe<T[number] | null>({ type: ['string', 'null'], enum: [...values, null], ...(description === undefined ? {} : { description }) })

/** Every answer that is not a success. */
export const Problem = Type.Object(
  {
    detail: text('What is wrong, where, and what to do next: one or two sentences.'),
    code: text('Stable name of the error, for programs: run_not_found, run_conflict, no_answer, ...'),
  },
  { $id: 'Problem' },
)
export type Problem = Static<typeof Problem>

const id = (description: string) => Type.String({ minLength: 1, maxLength: 250, description })

export const dagIdParam = id('The DAG.')
export const dagIdOrAllParam = id('The DAG, or `~` for all DAGs.')
export const runIdParam = id('The DAG run.')
export const runIdOrAllParam = id('The DAG run, or `~` for all runs.')
export const taskIdParam = id('The task.')

export const maxPageSize = 1000

/** Query of every list: a page of it. `total_entries` of the answer counts the whole list. */
export const pageQuery = {
  limit: Type.Optional(Type.Integer({ minimum: 0, default: 50, description: `How many entries; more than ${maxPageSize} are cut to ${maxPageSize}.` })),
  offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 100_000_000, default: 0, description: 'How many entries to leave out at the start.' })),
}

export const orderBy = (fields: readonly string[]) =>
  Type.Optional(
    Type.Array(oneOf([...fields, ...fields.map((field) => `-${field}`)] as string[]), {
      maxItems: 5,
      description: 'Fields to order by, first one first; `-` before a name: descending.',
    }),
  )

/** `<field>_gte`, `_gt`, `_lte`, `_lt`. */
export const instantRange = <const F extends string>(field: F) =>
  ({
    [`${field}_gte`]: Type.Optional(instant()),
    [`${field}_gt`]: Type.Optional(instant()),
    [`${field}_lte`]: Type.Optional(instant()),
    [`${field}_lt`]: Type.Optional(instant()),
  }) as { readonly [K in `${F}_${'gte' | 'gt' | 'lte' | 'lt'}`]: ReturnType<typeof optionalInstant> }

const optionalInstant = () => Type.Optional(instant())

/** A name pattern: `%` any text, `_` one character, as in SQL's LIKE; without either, any name that contains it. */
export const namePattern = (of: string) => Type.Optional(Type.String({ maxLength: 250, description: `Part of ${of}; \`%\` is any text, \`_\` one character.` }))
