import { Type } from 'typebox'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../services/platform/config.ts'
import { CommonConfig } from '../../../services/platform/config-common.ts'

const schema = Type.Object({
  port: Type.Integer({ env: 'PORT', default: 8080, minimum: 0, maximum: 65535, description: 'where the API listens' }),
  folders: Type.Array(Type.String(), { env: 'FOLDERS', separator: ':', default: [] }),
  ratio: Type.Optional(Type.Number({ env: 'RATIO' })),
  secure: Type.Boolean({ env: 'SECURE', default: false }),
  mode: Type.Union([Type.Literal('local'), Type.Literal('kafka')], { env: 'MODE' }),
  key: Type.Optional(Type.String({ env: 'KEY', secret: true, minLength: 8 })),
})
const faultsOf = (env: Record<string, string>): string => {
  try {
    readConfig(schema, env)
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'bad_config' })
    return (thrown as Error).message
  }
  throw new Error('nothing was wrong')
}

describe('readConfig', () => {
  it('takes defaults for what is not set or empty, and leaves out what is optional', () => {
    expect(readConfig(schema, { MODE: 'local', PORT: ' ', OTHER: 'x' })).toEqual({ port: 8080, folders: [], secure: false, mode: 'local' })
  })

  it('makes numbers, lists and truths of texts', () => {
    expect(readConfig(schema, { MODE: 'kafka', PORT: '0', FOLDERS: '/a: /b::', RATIO: '-.5e1', SECURE: 'Yes', KEY: 'longenough' })).toEqual({
      port: 0,
      folders: ['/a', '/b'],
      ratio: -5,
      secure: true,
      mode: 'kafka',
      key: 'longenough',
    })
  })

  it('freezes the result', () => {
    const config = readConfig(schema, { MODE: 'local', FOLDERS: 'a' })
    expect(Object.isFrozen(config)).toBe(true)
    expect(Object.isFrozen(config.folders)).toBe(true)
  })

  it('says everything that is wrong at once: which variable, what it is, what is wanted', () => {
    const text = faultsOf({ PORT: '80a', RATIO: 'much', SECURE: 'maybe', MODE: 'cloud', KEY: 'short' })
    expect(text).toContain('PORT is "80a", wanted is an integer from 0 to 65535 (where the API listens)')
    expect(text).toContain('RATIO is "much", wanted is a number')
    expect(text).toContain('SECURE is "maybe", wanted is true or false')
    expect(text).toContain('MODE is "cloud", wanted is one of "local", "kafka"')
    expect(text).not.toContain('short')
  })

  it.each([['65536'], ['-1'], ['1.5'], ['0x10'], ['Infinity'], ['1 2']])('refuses %s as a port', (port) => {
    expect(faultsOf({ PORT: port, MODE: 'local' })).toContain('PORT is')
  })

  it('names a required variable that is not set', () => {
    expect(faultsOf({})).toContain('MODE is not set, wanted is one of "local", "kafka"')
  })

  it('is told that a property without a variable is a mistake of ours', () => {
    expect(() => readConfig(Type.Object({ a: Type.String() }), {})).toThrow(expect.objectContaining({ code: 'internal' }))
  })
})

describe('the common configuration', () => {
  it('needs brokers and a registry', () => {
    expect(readConfig(CommonConfig, { KAFKA_BROKERS: 'a:9092, b:9093', SCHEMA_REGISTRY_URL: 'http://r:8081' })).toEqual({
      brokers: ['a:9092', 'b:9093'],
      registryUrl: 'http://r:8081',
      topicPrefix: 'millrace.',
      columns: 12,
      logLevel: 'info',
    })
    expect(() => readConfig(CommonConfig, {})).toThrow(/KAFKA_BROKERS is not set[\s\S]*SCHEMA_REGISTRY_URL is not set/)
  })

  it.each([
    [{ KAFKA_BROKERS: 'nohost' }, /KAFKA_BROKERS is "nohost"/],
    [{ KAFKA_BROKERS: ',' }, /KAFKA_BROKERS is ","/],
    [{ MILLRACE_COLUMNS: '0' }, /MILLRACE_COLUMNS is "0", wanted is an integer from 1 to 1024/],
    [{ MILLRACE_TOPIC_PREFIX: 'a b' }, /MILLRACE_TOPIC_PREFIX is "a b"/],
    [{ MILLRACE_LOG_LEVEL: 'loud' }, /MILLRACE_LOG_LEVEL is "loud".*"trace"/],
  ])('refuses %j', (env, message) => {
    expect(() => readConfig(CommonConfig, { KAFKA_BROKERS: 'a:1', SCHEMA_REGISTRY_URL: 'http://r', ...env })).toThrow(message)
  })
})
