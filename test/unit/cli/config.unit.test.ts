import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cliConfig } from '../../../services/cli/config.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
  mkdirSync(join(root, '.millrace'))
})
afterEach(() => rmSync(root, { recursive: true }))

const running = (content: string): void => writeFileSync(join(root, '.millrace', 'run.json'), content)
const stack = JSON.stringify({ url: 'http://127.0.0.1:9000', env: { KAFKA_BROKERS: '127.0.0.1:19092' } })

test('port 8080 when nothing was started here', () => {
  expect(cliConfig({}, root, false)).toEqual({ url: 'http://127.0.0.1:8080', stackEnv: {}, colour: false })
})

test('the stack that npm start runs here', () => {
  running(stack)
  expect(cliConfig({}, root, true)).toEqual({
    url: 'http://127.0.0.1:9000',
    stackEnv: { KAFKA_BROKERS: '127.0.0.1:19092', MILLRACE_DATA_DIR: join(root, '.millrace') },
    colour: true,
  })
})

test('the environment is stronger', () => {
  running(stack)
  const config = cliConfig({ MILLRACE_URL: 'https://millrace.example/', KAFKA_BROKERS: 'kafka:9092', NO_COLOR: '1' }, root, true)
  expect(config).toEqual({ url: 'https://millrace.example', stackEnv: {}, colour: false })
})

test.each(['', '{', 'null', '{"url": 3, "env": {}}', '{"url": "http://127.0.0.1:1", "env": {"a": 1}}'])('a run.json that holds %s is none', (content) => {
  running(content)
  expect(cliConfig({}, root, false).url).toBe('http://127.0.0.1:8080')
})

test.each(['localhost:8080', 'ftp://x', 'nonsense'])('MILLRACE_URL=%s is refused', (url) => {
  expect(() => cliConfig({ MILLRACE_URL: url }, root, false)).toThrow(/MILLRACE_URL is .*: give the address of the API/)
})
