import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isDataFile, readDataFile } from '../../../services/parser/data-file.ts'
import { parseFile } from '../../../services/parser/parse-file.ts'

const dags = (text: string): readonly string[] => {
  const read = readDataFile(text)
  if (read === null || read.faults.length > 0) throw new Error(JSON.stringify(read))
  return read.dags.map(({ definition }) => `${definition.dagId}: ${definition.tasks.map(({ taskId }) => taskId).join(' ')}`)
}
const faults = (text: string): readonly string[] => (readDataFile(text)?.faults ?? []).map(({ line, column, message }) => `${line}:${column} ${message}`)

const one = (dagId: string): string => `dagId: ${dagId}\ntasks:\n  - { taskId: a, operator: bash, args: { command: 'true' } }\n`

describe('a file with DAGs as data', () => {
  it('holds one, several documents, or a list', () => {
    expect(dags(one('x'))).toEqual(['x: a'])
    expect(dags(`${one('x')}---\n${one('y')}`)).toEqual(['x: a', 'y: a'])
    expect(dags('- dagId: x\n  tasks: [{ taskId: a, operator: empty }]\n- dagId: y\n  tasks: [{ taskId: b, operator: empty }]\n')).toEqual(['x: a', 'y: b'])
    expect(dags('x-args: &args { retries: 2 }\ndags:\n  - dagId: x\n    defaultArgs: *args\n    tasks: [{ taskId: a, operator: empty }]\n')).toEqual(['x: a'])
  })

  it('may be JSON', () => {
    expect(dags('{\n\t"dagId": "x",\n\t"tasks": [{"taskId": "a", "operator": "empty"}]\n}')).toEqual(['x: a'])
    expect(['a.yaml', 'b/c.yml', 'd.json', 'e.ts', 'f.yaml.ts'].map(isDataFile)).toEqual([true, true, true, false, false])
  })

  it('has everything that a definition has: groups, maps, setups, params', () => {
    const read = readDataFile(`
dagId: whole
schedule: '0 9 * * MON-FRI'
timezone: Europe/Berlin
startDate: 2024-01-01
params: { n: { type: integer, default: 3 } }
groups: [{ groupId: g }]
defaultArgs: &common { retryDelay: 3m }
tasks:
  - { taskId: up, operator: bash, setup: true, args: { command: up } }
  - { taskId: g.each, operator: bash, groupId: g, upstream: [up], args: { command: 'echo {{ inputs.x }}' }, map: { inputs: { x: [1, 2] } } }
  - { taskId: down, operator: bash, upstream: [g.each], teardown: { setups: [up] }, args: { command: down } }
`)
    expect(read?.faults).toEqual([])
    expect(read?.dags[0]?.definition).toMatchObject({
      scheduleText: '0 9 * * MON-FRI',
      params: { n: { type: 'integer', default: 3 } },
      tasks: [{ setup: true, retryDelayMs: 180_000 }, { groupId: 'g', map: { kind: 'cross' } }, { teardown: { setups: ['up'] } }],
    })
  })

  it('is none where it holds something else', () => {
    expect(readDataFile('{"name": "pack", "version": "1.0.0"}')).toBeNull()
    expect(readDataFile('{"tasks": [{"label": "build", "type": "shell"}]}')).toBeNull()
    expect(readDataFile('tasks: [unclosed')).toBeNull()
    expect(readDataFile('')).toBeNull()
  })
})

describe('a fault has its place', () => {
  it.each<[string, string, readonly (string | RegExp)[]]>([
    ['of a field', `dagId: x\nretries: 3\n${one('').slice(8)}`, [/^2:1 dag 'x': retries: there is no field 'retries' here/]],
    [
      'of a value in a task',
      'dagId: x\ntasks:\n  - taskId: a.b\n    operator: empty\n    retries: many\n',
      [/^5:5 dag 'x': tasks\.a\.b\.retries: must be a whole number/],
    ],
    ['of a task without id', 'dagId: x\ntasks:\n  - taskId: a\n    operator: empty\n  - operator: empty\n', [/^5:5 dag 'x': tasks\[1\]\.taskId: must be text/]],
    ['of what is missing', 'dagId: x\ntasks:\n  - taskId: a\n    operator: bash\n', [/^3:5 dag 'x': tasks\.a\.args\.command: is missing/]],
    [
      'of an unknown upstream',
      'dagId: x\ntasks:\n  - { taskId: a, operator: empty }\n  - taskId: b\n    operator: empty\n    upstream: [aa]\n',
      [/^6:5 .* no task 'aa'; did you mean 'a'/],
    ],
    [
      'of an operator with code',
      'dagId: x\ntasks:\n  - taskId: a\n    operator: function\n',
      [/^4:5 dag 'x': tasks\.a\.operator: a task of operator 'function' with code needs a TypeScript file/],
    ],
    ['of an unknown operator', 'dagId: x\ntasks:\n  - taskId: a\n    operator: bahs\n', [/^4:5 .* no operator 'bahs'; did you mean 'bash'/]],
    ['of bad YAML', 'dagId: x\ntasks: [\n', [/^3:1 Flow sequence/]],
    ['of an unknown tag', 'dagId: !!js/function x\ntasks: []\n', [/^1:8 Unresolved tag/]],
    ['of the same DAG twice', `${one('x')}---\n${one('x')}`, [/^5:1 dag 'x': the file defines dag 'x' twice/]],
    ['of a name beside dags', 'common: 1\ndags:\n  - dagId: x\n    tasks: [{ taskId: a, operator: empty }]\n', [/^1:1 there is no field 'common' beside dags/]],
    ['of a missing dagId', 'tasks:\n  - { taskId: a, operator: empty }\n', [/^1:1 dagId: must be text/]],
    ['of a key that would change objects', 'dagId: x\ntasks: []\nparams:\n  __proto__: { a: 1 }\n', [/^4:3 .*'__proto__' is not allowed/]],
    [
      'of JSON',
      '{\n  "dagId": "x",\n  "tasks": [{ "taskId": "a", "operator": "empty", "retries": -1 }]\n}',
      [/^3:51 .*retries: must be a whole number of 0 or more/],
    ],
  ])('%s', (_, text, expected) => {
    expect(faults(text)).toEqual(expected.map((message) => expect.stringMatching(message)))
  })

  it('also when aliases would blow it up', () => {
    const bomb = `a: &a [1,1,1,1,1,1,1,1,1,1]\n${['b', 'c', 'd', 'e'].map((name, i) => `${name}: &${name} [${Array(10).fill(`*${'abcd'[i]}`).join(',')}]\n`).join('')}dagId: x\n`
    expect(faults(bomb)).toEqual([expect.stringMatching(/Excessive alias count/)])
  })
})

it('is parsed like any DAG file, without a bundle', async () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-data-')))
  try {
    writeFileSync(join(folder, 'x.yaml'), one('x'))
    const file = { folder, path: 'x.yaml', workFolder: folder, signal: new AbortController().signal, importLimitMs: 1, importMemoryMb: 64 }
    const parsed = await parseFile(file)
    expect(parsed).toMatchObject({ faults: [], bundle: null, source: one('x'), inputs: [join(folder, 'x.yaml')], dags: [{ bundle: null }] })
    expect(parsed.dags[0]?.version).toMatch(/^[0-9a-f]{16}$/)
    writeFileSync(join(folder, 'x.yaml'), `# only a comment more\n${one('x')}`)
    expect((await parseFile(file)).dags[0]?.version).toBe(parsed.dags[0]?.version)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
