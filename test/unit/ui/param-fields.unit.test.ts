import { describe, expect, it } from 'vitest'
import { fillFields, paramFields, readFields } from '../../../services/ui/src/pages/trigger/param-fields.ts'
import { triggerCommand } from '../../../services/ui/src/pages/trigger/parse-conf.ts'

const params = {
  country: { enum: ['NO', 'KR', 3], default: 'NO', title: 'Country' },
  limit: { type: 'integer', minimum: 1, maximum: 10, default: 5 },
  day: { type: 'string', format: 'date' },
  note: { type: ['string', 'null'], default: null },
  dry: false,
  rate: 0.5,
  list: ['a'],
  any: { type: ['string', 'integer'], default: 1 },
  plain: 'x',
}
const fields = paramFields(params)

describe('params as fields', () => {
  it('take the field that fits', () => {
    expect(Object.fromEntries(fields.map(({ name, kind }) => [name, kind]))).toEqual({
      country: 'choice',
      limit: 'number',
      day: 'date',
      note: 'text',
      dry: 'flag',
      rate: 'number',
      list: 'json',
      any: 'json',
      plain: 'text',
    })
    expect(fields[0]).toMatchObject({ label: 'Country', initial: '0', isNeeded: false })
    expect(fields[1]).toMatchObject({ least: 1, most: 10, initial: '5' })
    expect(fields.filter(({ isNeeded }) => isNeeded).map(({ name }) => name)).toEqual(['day'])
  })
  it('stand for a conf of what was changed', () => {
    expect(readFields(fields, { day: '2026-01-31' })).toEqual({ conf: { day: '2026-01-31' }, problems: {} })
    const values = { country: '2', limit: '7', day: '2026-01-31', note: 'hm', dry: true, rate: '1e3', list: '[1, "b"]', any: '"s"', plain: '' }
    expect(readFields(fields, values).conf).toEqual({
      country: 3,
      limit: 7,
      day: '2026-01-31',
      note: 'hm',
      dry: true,
      rate: 1000,
      list: [1, 'b'],
      any: 's',
      plain: '',
    })
  })
  it('leave out what was typed and taken back', () => {
    expect(readFields(fields, { day: 'd', note: '', limit: '5', dry: false }).conf).toEqual({ day: 'd' })
  })
  it('say what is wrong where it is', () => {
    const { problems } = readFields(fields, { limit: 'many', list: '[', country: '-1' })
    expect(Object.keys(problems).sort()).toEqual(['country', 'day', 'limit', 'list'])
  })
  it('are filled in from a conf', () => {
    const conf = { country: 'KR', note: null, dry: true, list: { a: 1 }, other: 2 }
    const values = fillFields(fields, conf)
    expect(values).toEqual({ country: '1', note: '', dry: true, list: '{"a":1}' })
    expect(readFields(fields, { ...values, day: 'd' }).conf).toEqual({ country: 'KR', dry: true, list: { a: 1 }, day: 'd' })
  })
})

it('the command names date and note', () => {
  expect(triggerCommand('etl', {}, '2026-01-31T00:00:00.000Z', 'by hand')).toBe("millrace dags trigger etl --date 2026-01-31T00:00:00.000Z --note 'by hand'")
})
