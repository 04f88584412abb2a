import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { exampleFolder, startOptions } from '../../../services/dev/options.ts'
import { serviceEnv } from '../../../services/dev/service-env.ts'

const plan = {
  env: { KAFKA_BROKERS: '127.0.0.1:1', DATABASE_URL: 'postgres://millrace:x@127.0.0.1:2/millrace', SCHEMA_REGISTRY_URL: 'http://127.0.0.1:3' },
  kafka: true,
  postgres: true,
  registry: true,
  warehouseUrl: 'postgres://millrace:x@127.0.0.1:2/warehouse',
}

describe('options of npm start', () => {
  it('default to the examples, the last port, and .millrace of the repository', () => {
    const options = startOptions({}, {})
    expect(options).toMatchObject({ port: undefined, dagFolders: [exampleFolder], detach: false, reset: false, separate: false, example: true })
    expect(options.dataDir).toMatch(/\.millrace$/)
  })

  it('take flags before the environment, and folders as absolute paths', () => {
    const env = { MILLRACE_PORT: '9000', MILLRACE_DATA_DIR: '/data', MILLRACE_DAGS: '/a:/b' }
    expect(startOptions({}, env)).toMatchObject({ port: 9000, dataDir: '/data', dagFolders: ['/a', '/b'] })
    expect(startOptions({ port: '9100', dataDir: 'here', dags: ['mine'] }, env)).toMatchObject({
      port: 9100,
      dataDir: resolve('here'),
      dagFolders: [resolve('mine')],
    })
  })

  it.each(['0', '65536', '80a', '-1', ''])('refuse the port %j by name', (port) => {
    expect(() => startOptions({ port }, {})).toThrow(/--port is .*: give a port from 1 to 65535/)
  })
})

describe('the environment of the services', () => {
  const sources = { options: { dataDir: '/data', dagFolders: ['/a', '/b'] }, state: { web: 8080 }, plan, host: '127.0.0.1', userApiUrl: 'http://127.0.0.1:9' }

  it('holds addresses, folders, and the connections of the examples', () => {
    expect(serviceEnv({ ...sources, env: {} })).toMatchObject({
      ...plan.env,
      MILLRACE_DAGS: '/a:/b',
      MILLRACE_LOGS_DIR: '/data/logs',
      MILLRACE_QUEUES: 'default,high_cpu',
      MILLRACE_PORT: '8080',
      MILLRACE_CONN_USER_API: 'http://127.0.0.1:9',
      MILLRACE_CONN_POSTGRES: plan.warehouseUrl,
    })
  })

  it('leaves what the user has set', () => {
    const env = { MILLRACE_CONN_POSTGRES: 'postgres://mine', MILLRACE_SLOTS: '2', MILLRACE_LOGS_DIR: '/elsewhere' }
    expect(serviceEnv({ ...sources, env })).toMatchObject(env)
  })

  it('names no warehouse when Postgres is not ours', () => {
    expect(serviceEnv({ ...sources, env: {}, plan: { ...plan, warehouseUrl: undefined } })).not.toHaveProperty('MILLRACE_CONN_POSTGRES')
  })
})
