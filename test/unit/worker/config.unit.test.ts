import { expect, it } from 'vitest'
import { readWorkerConfig } from '../../../services/worker/config.ts'

it('reads queues and slots, with their defaults', () => {
  expect(readWorkerConfig({})).toMatchObject({ queues: ['default'], slots: 16, graceMs: 30_000, leaseMs: 3500, beatMs: 1000 })
  expect(readWorkerConfig({ MILLRACE_QUEUES: ' high_cpu, default ,', MILLRACE_SLOTS: '4' })).toMatchObject({ queues: ['high_cpu', 'default'], slots: 4 })
})

it('names what is wrong', () => {
  expect(() => readWorkerConfig({ MILLRACE_SLOTS: 'many' })).toThrow(/MILLRACE_SLOTS is "many"/)
  expect(() => readWorkerConfig({ MILLRACE_SLOTS: '0' })).toThrow(/MILLRACE_SLOTS/)
  expect(() => readWorkerConfig({ MILLRACE_QUEUES: ',' })).toThrow(/MILLRACE_QUEUES/)
  expect(() => readWorkerConfig({ MILLRACE_HOSTNAME: 'a:b' })).toThrow(/MILLRACE_HOSTNAME/)
})

it('keeps connections, variables and our database away from the environment of tasks', () => {
  const config = readWorkerConfig({
    PATH: '/bin',
    MILLRACE_CONN_DB: 'postgres://u:p@h',
    MILLRACE_VAR_K: 'v',
    DATABASE_URL: 'postgres://x',
    MILLRACE_LOG_LEVEL: 'info',
  })
  expect(config.taskEnv).toEqual({ PATH: '/bin', MILLRACE_LOG_LEVEL: 'info' })
  expect(config.connections).toEqual({ DB: 'postgres://u:p@h' })
  expect(config.variables).toEqual({ K: 'v' })
})
