import avro from 'avsc'
import { describe, expect, it } from 'vitest'
import type { Report } from '../../../schemas/generated/records.ts'
import { avroSchemas } from '../../../schemas/generated/schemas.ts'
import { makeLocalCodec } from '../../../services/platform/bus/local-codec.ts'
import { converterOf } from '../../../services/platform/bus/tagged-unions.ts'
import { makeWireCodec } from '../../../services/platform/bus/wire-codec.ts'

const codec = makeLocalCodec()
const report = (body: Report['body']): Report => ({
  dagId: 'd',
  runId: 'r',
  taskId: 't',
  mapIndex: -1,
  tryNumber: 1,
  token: '1.2.3',
  at: 1_700_000_000_000,
  by: 'w1',
  body,
  start: null,
})
const started = report({ type: 'AttemptStarted', hostname: 'h', pid: 7, rendered: null })
const code = (expected: string, message: RegExp = /./) => expect.objectContaining({ code: expected, message: expect.stringMatching(message) })

describe('the codec', () => {
  it('writes the registry’s wire format: a zero, the schema id, Avro', () => {
    const bytes = codec.encode('Setting', { kind: 'pool', name: 'p', value: '{}', encrypted: false, at: 1, principal: null })
    expect(bytes[0]).toBe(0)
    expect(bytes.readUInt32BE(1)).toBe(Object.keys(avroSchemas).sort().indexOf('Setting') + 1)
  })

  it('flattens unions of records to {type, ...}, also inside arrays, also one without a field', () => {
    expect(codec.decode('Report', codec.encode('Report', started))).toEqual(started)
    const failed = report({ type: 'AttemptFailed', error: { type: 'TypeError', message: 'm', stack: null }, retryable: true })
    expect(codec.decode('Report', codec.encode('Report', failed))).toEqual(failed)
    const decision = {
      at: 1,
      events: [{ type: 'RunStateChanged' as const, dagId: 'd', runId: 'r', n: 2, at: 1, state: 'running', reason: null, backfillId: null }],
    }
    expect(codec.decode('Decision', codec.encode('Decision', decision))).toEqual(decision)
    expect(codec.decode('Decision', codec.encode('Decision', { at: 1, events: [] }))).toEqual({ at: 1, events: [] })
  })

  it('does not touch a value that has no such union', () => {
    expect(converterOf(JSON.parse(avroSchemas.TaskEvent))).toBeUndefined()
    expect(converterOf(JSON.parse(avroSchemas.LogChunk))).toBeUndefined()
    expect(converterOf(JSON.parse(avroSchemas.Decision))).toBeDefined()
  })

  it('leaves the value that it was given alone', () => {
    const frozen = Object.freeze({ ...started, body: Object.freeze({ ...started.body }) })
    codec.encode('Report', frozen as Report)
    expect(frozen).toEqual(started)
  })

  it('tells which record it is where a topic carries several', () => {
    expect(codec.decodeAny(codec.encode('Report', started))).toEqual({ record: 'Report', value: started })
  })

  it('writes values bigger than its buffer', () => {
    const big = report({ type: 'AttemptSkipped', message: 'ü'.repeat(200_000) })
    expect(codec.decode('Report', codec.encode('Report', big))).toEqual(big)
    expect(codec.decode('Report', codec.encode('Report', started))).toEqual(started)
  })

  it('refuses a wrong value and names the field', () => {
    expect(() => codec.encode('Report', { ...started, mapIndex: 'x' } as unknown as Report)).toThrow(code('internal', /Report.*mapIndex is "x"/))
    expect(() => codec.encode('Report', report({ type: 'Nope' } as unknown as Report['body']))).toThrow(code('internal', /"Nope".*AttemptStarted/))
  })
})

describe('decoding what is hostile or strange', () => {
  const good = codec.encode('Report', started)
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['four bytes', Buffer.from([0, 0, 0, 1])],
    ['another first byte', Buffer.from([1, ...good.subarray(1)])],
    ['text', Buffer.from('{"hello":"world"}')],
    ['one byte too few', good.subarray(0, good.length - 1)],
    ['one byte too many', Buffer.concat([good, Buffer.from([0])])],
    ['only its header', good.subarray(0, 5)],
  ])('refuses %s as undecodable', (_, bytes) => {
    expect(() => codec.decode('Report', bytes)).toThrow(code('undecodable'))
    expect(() => codec.decodeAny(bytes)).toThrow(code('undecodable'))
  })

  it('refuses another record than the one asked for', () => {
    expect(() => codec.decode('Command', good)).toThrow(code('undecodable', /is a Report.*not a Command/))
  })

  it('asks to learn an id it has not seen, once', async () => {
    const alien = Buffer.from([0, 0, 0, 0xff, 0xff, 0])
    expect(() => codec.decode('Report', alien)).toThrow(code('unknown_schema'))
    await codec.learn(alien)
    expect(() => codec.decode('Report', alien)).toThrow(code('undecodable', /no schema with id 65535/))
  })

  it('does not believe an array that claims more elements than there are bytes', () => {
    const decision = codec.encode('Decision', { at: 1, events: [] })
    const header = decision.subarray(0, decision.length - 1)
    for (const length of [
      [0xfe, 0xff, 0xff, 0xff, 0x0f],
      [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f],
      [0xfd, 0xff, 0xff, 0xff, 0x0f, 0x02],
    ]) {
      expect(() => codec.decode('Decision', Buffer.concat([header, Buffer.from(length), Buffer.alloc(16)]))).toThrow(
        code('undecodable', /array of|ends too early|union/),
      )
    }
  })
})

describe('schemas of other releases', () => {
  const schema = JSON.parse(avroSchemas.Retire)
  const write = (id: number, other: object, value: object): Buffer => {
    const header = Buffer.alloc(5)
    header.writeUInt32BE(id, 1)
    return Buffer.concat([header, avro.Type.forSchema(other as never).toBuffer(value)])
  }
  const wire = makeWireCodec()

  it('reads one with a field more', () => {
    const newer = { ...schema, fields: [...schema.fields, { name: 'urgency', type: 'int', default: 0 }] }
    wire.addWriter(900, JSON.stringify(newer))
    expect(wire.decode('Retire', write(900, newer, { reason: 'old', urgency: 3 }))).toEqual({ reason: 'old' })
  })

  it('says that a service must be upgraded for one that it cannot read', () => {
    const other = { ...schema, fields: [{ name: 'reason', type: { type: 'array', items: 'string' } }] }
    wire.addWriter(901, JSON.stringify(other))
    expect(() => wire.decode('Retire', write(901, other, { reason: ['a'] }))).toThrow(code('incompatible_schema', /upgrade/))
  })

  it('does not know a record of somebody else', () => {
    const alien = { type: 'record', name: 'Order', namespace: 'shop', fields: [] }
    wire.addWriter(902, JSON.stringify(alien))
    expect(() => wire.decode('Retire', write(902, alien, {}))).toThrow(code('undecodable', /shop\.Order/))
    wire.addWriter(903, 'no json')
    expect(() => wire.decode('Retire', Buffer.from([0, 0, 0, 3, 0x87, 0]))).toThrow(code('undecodable'))
  })
})
