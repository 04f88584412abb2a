/** A run's conf against the DAG's params (SEMANTICS 10). */
import { describe, expect, it } from 'vitest'
import type { Json, JsonObject } from '../../../services/core/dag.ts'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { checkConf, effectiveParams } from '../../../services/core/params.ts'

const params: JsonObject = {
  n: { type: 'integer', default: 3, minimum: 1 },
  table: 'users',
  options: { deep: true },
  must: { type: ['string', 'null'], maxLength: 5 },
}

describe('what tasks get', () => {
  it('is the conf over the defaults; keys that are no params pass', () => {
    expect(checkConf(params, { must: 'x', n: 4, more: [1] })).toEqual({
      ok: true,
      params: { n: 4, table: 'users', options: { deep: true }, must: 'x', more: [1] },
    })
  })

  it('is the conf as it is, where nobody checks any more', () => {
    expect(effectiveParams(params, { n: 'four' })).toEqual({ n: 'four', table: 'users', options: { deep: true } })
  })
})

it.each<[JsonObject, Json, string | null]>([
  [{ type: 'integer' }, 3, null],
  [{ type: 'integer' }, 3.5, 'must be an integer, not 3.5'],
  [{ type: 'number' }, 3.5, null],
  [{ type: ['string', 'null'] }, null, null],
  [{ type: ['string', 'null'] }, 3, 'must be a string or null, not 3'],
  [{ type: 'array' }, {}, 'must be an array, not {}'],
  [{ type: 'boolean' }, 'true', 'must be a boolean, not "true"'],
  [{ type: 'integer', minimum: 1 }, 0, 'must be at least 1, not 0'],
  [{ type: 'integer', maximum: 9 }, 10, 'must be at most 9, not 10'],
  [{ type: 'number', exclusiveMinimum: 0 }, 0, 'must be more than 0, not 0'],
  [{ type: 'number', exclusiveMaximum: 1 }, 1, 'must be less than 1, not 1'],
  [{ type: 'string', minLength: 2 }, 'ä', 'must have at least 2 characters, not "ä"'],
  [{ type: 'string', maxLength: 1 }, '😀', null],
  [{ type: 'string', pattern: '^[a-z]+$' }, 'Abc', 'must match ^[a-z]+$, not "Abc"'],
  [{ type: 'string', pattern: 'b' }, 'abc', null],
  [{ enum: ['a', { k: 1 }] }, { k: 1 }, null],
  [{ enum: ['a', 2] }, 'b', 'must be one of "a", 2, not "b"'],
  [{ type: 'string', const: 'a' }, 'b', 'must be "a", not "b"'],
  [{ type: 'array', items: { type: 'integer' }, minItems: 1 }, [], 'must have at least 1 items, not []'],
  [{ type: 'array', items: { type: 'integer' } }, [1, 'x'], '[1] must be an integer, not "x"'],
  [{ type: 'array', maxItems: 1 }, [1, 2], 'must have at most 1 items, not [1,2]'],
  [{ type: 'object', properties: { a: { type: 'object', required: ['b'] } } }, { a: {} }, '.a.b is missing'],
  [{ type: 'object', properties: { a: { type: 'integer' } }, additionalProperties: false }, { b: 1 }, ".b: there is no such field; did you mean 'a'?"],
  [{ type: 'object', properties: { a: { type: 'integer' } } }, { a: 1, b: 1 }, null],
])('%j with %j: %s', (schema, value, problem) => {
  const checked = checkConf({ p: schema }, { p: value })
  expect(checked).toEqual(problem === null ? { ok: true, params: { p: value } } : { ok: false, problems: [expect.stringMatching(/^conf\.p/)] })
  if (!checked.ok) expect(checked.problems[0]?.replace(/^conf\.p ?/, '')).toBe(problem)
})

it('what has no default must be given', () => {
  expect(checkConf(params, { mus: 'x' })).toEqual({
    ok: false,
    problems: ["conf.must is missing: the DAG has a param 'must' without a default; did you mean 'mus'?"],
  })
})

it('a long text is not matched with a pattern', () => {
  expect(checkConf({ p: { type: 'string', pattern: 'a' } }, { p: 'a'.repeat(1001) })).toMatchObject({ ok: false })
})

describe('params of a DAG', () => {
  const problems = (given: object, over: object = {}): readonly string[] => {
    const normal = normalDag({ dagId: 'd', tasks: [{ taskId: 'a', operator: 'empty' }], params: given, ...over })
    return normal.ok ? [] : normal.problems.map(({ path, message }) => `${path}: ${message}`)
  }

  it.each<[object, RegExp]>([
    [{ n: { type: 'integer', default: 'x' } }, /^params\.n\.default: must be an integer, not "x"/],
    [
      { n: { type: 'integer', minimun: 3 } },
      /^params\.n: an object with 'type' or 'enum' is a JSON Schema, and 'minimun' is none of its keywords; did you mean 'minimum'/,
    ],
    [{ n: { type: 'integer', minimum: '3' } }, /^params\.n: minimum must be a number, not "3"/],
    [{ n: { type: 'array', items: { type: 'int' } } }, /^params\.n: items\.type must be one of string, integer/],
    [{ n: { type: 'string', pattern: '(' } }, /^params\.n: pattern is no regular expression/],
    [{ n: { type: 'string', pattern: '(a+)+$' } }, /must not repeat a group/],
    [{ n: { type: 'string', pattern: '(a|a)*$' } }, /must not repeat a group/],
    [{ n: { type: 'string', pattern: '((a*)b){20}' } }, /must not repeat a group/],
    [{ n: { type: 'string', pattern: '(a)\\1' } }, /must not look around, refer back/],
  ])('%j is refused', (given, message) => {
    expect(problems(given)).toEqual([expect.stringMatching(message)])
  })

  it.each(['^\\d{4}-\\d\\d$', '^(a|b)$', '(ab)+', '[(+]*', '\\(a+\\)+', '(?:x)?'])('pattern %s is fine', (pattern) => {
    expect(problems({ n: { type: 'string', pattern, default: null, enum: [null] } })[0] ?? '').not.toMatch(/pattern/)
  })

  it('need defaults where a schedule makes the runs', () => {
    expect(problems({ n: { type: 'integer' } })).toEqual([])
    expect(problems({ n: { type: 'integer' } }, { schedule: '@daily' })).toEqual([expect.stringMatching(/^params\.n\.default: is missing/)])
  })

  it('that are plain objects stay what they are', () => {
    expect(problems({ a: { host: 'x' }, b: { type: 'mine' }, c: null, d: [1] })).toEqual([])
  })
})
