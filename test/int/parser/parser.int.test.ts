/** The parser on a real broker: what it publishes, and how little a bad file disturbs. */
import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normalDag } from '../../../services/core/normal-dag.ts'
import { readToEnd } from '../../../services/platform/bus/read-to-end.ts'
import { type DagRecord, openParserBench, type ParserBench } from './parser-bench.ts'

let bench: ParserBench

beforeAll(async () => {
  bench = await openParserBench()
})
afterAll(() => bench?.close())

const bashDag = (dagId: string, command = 'true'): string =>
  `import { bash, dag } from 'millrace'\n\nexport default dag('${dagId}', { schedule: '@daily' }, () => {\n  bash('only', '${command}')\n})\n`

const versions = (dagId: string, from = 0): readonly Extract<DagRecord, { kind: 'version' }>[] =>
  bench.records.seen.slice(from).filter((record): record is Extract<DagRecord, { kind: 'version' }> => record.kind === 'version' && record.key === dagId)

const published = (dagId: string, count = 1): Promise<void> => bench.records.until(`${count} versions of ${dagId}`, () => versions(dagId).length >= count)

const tombstone = (key: string, from = 0): Promise<void> =>
  bench.records.until(`a tombstone of ${key}`, (seen) => seen.slice(from).some((record) => record.kind === 'tombstone' && record.key === key))

describe('the parser', () => {
  it('publishes what lies in the folder, definition and code', async () => {
    await bench.write('plain.ts', bashDag('plain'))
    await bench.write(
      'coded.ts',
      "import { dag, task } from 'millrace'\nimport { double } from './_shared.ts'\n\nexport const one = dag('coded', () => {\n  task('t', () => double(21))\n})\n",
    )
    await bench.write('_shared.ts', 'export const double = (n: number): number => n * 2\n')
    await bench.start()
    await Promise.all([published('plain'), published('coded')])

    const [plain] = versions('plain')
    expect(plain?.value).toMatchObject({ bundle: null, fileloc: 'plain.ts', publishedBy: 'parser', source: bashDag('plain') })
    expect(normalDag(JSON.parse(plain?.value.definition ?? ''))).toMatchObject({
      ok: true,
      dag: { dagId: 'plain', schedule: { kind: 'cron', crons: ['0 0 * * *'] } },
    })
    expect(bench.records.seen.map((record) => record.key)).toContain(`plain@${plain?.value.version}`)

    const [coded] = versions('coded')
    expect(coded?.value.bundle).toMatch(/^[0-9a-f]{64}$/)
    await bench.pieces.until('the code', (seen) => seen.includes(`${coded?.value.bundle}/0`))
    const offsets = await bench.platform.bus.offsets(bench.platform.topic('bundles'))
    expect(offsets.partitions[0]?.high).toBe(1)
    const piece = await firstBundle()
    const code = gunzipSync(piece.bytes)
    expect(createHash('sha256').update(code).digest('hex')).toBe(coded?.value.bundle)
    expect(code.toString()).toContain('n * 2')
    expect(code.toString()).not.toContain(bench.folder)
  })

  it('publishes a new version when a file, or one that it imports, changes', async () => {
    await bench.write('_shared.ts', 'export const double = (n: number): number => n + n\n')
    await published('coded', 2)
    expect(versions('coded')[1]?.value.version).not.toBe(versions('coded')[0]?.value.version)
    await bench.write('plain.ts', bashDag('plain', 'false'))
    await published('plain', 2)
  })

  it.each([
    ['syntax.ts', "import { dag } from 'millrace'\nexport default dag('s', {}, () => {\n  const a = = 3\n})\n", { line: 3, column: 13 }, /Unexpected "="/],
    [
      'loop.ts',
      "import { dag } from 'millrace'\nconst spin = (): void => {\n  for (;;) {}\n}\nspin()\nexport default dag('l', () => {})\n",
      { line: 3 },
      /did not finish importing within 3 s/,
    ],
    [
      'cycle.ts',
      "import { bash, chain, dag } from 'millrace'\nexport default dag('c', () => {\n  const a = bash('a', 'true')\n  const b = bash('b', 'true')\n  chain(a, b, a)\n})\n",
      { line: 3 },
      /circle: a -> b -> a/,
    ],
    [
      'twice.ts',
      "import { bash, dag } from 'millrace'\nexport default dag('d', () => {\n  bash('a', 'true')\n  bash('a', 'true')\n})\n",
      { line: 4 },
      /two tasks with the id 'a'/,
    ],
    [
      'exit.ts',
      "import { bash, dag } from 'millrace'\nprocess.exit(3)\nexport default dag('e', () => {\n  bash('a', 'true')\n})\n",
      { line: 2 },
      /ends the process \(exit code 3\)/,
    ],
    [
      'thrown.ts',
      "import { bash, dag } from 'millrace'\nexport default dag('t', () => {\n  throw new TypeError('no such table')\n})\n",
      { line: 3 },
      /TypeError: no such table/,
    ],
    [
      'option.ts',
      "import { bash, dag } from 'millrace'\nexport default dag('o', () => {\n  bash('a', 'true', { retires: 3 })\n})\n",
      { line: 3 },
      /no option 'retires'; did you mean 'retries'\?/,
    ],
    [
      'package.ts',
      "import { dag } from 'millrace'\nimport { thing } from 'no-such-package-here'\nexport default dag('p', () => thing())\n",
      { line: 2 },
      /npm install no-such-package-here/,
    ],
    ['silent.ts', "import { bash, dag } from 'millrace'\ndag('forgotten', () => {\n  bash('a', 'true')\n})\n", { line: 2 }, /'forgotten' is not exported/],
  ])('tells what is wrong with %s, and where', async (name, text, place, message) => {
    await bench.write(name, text)
    const error = await bench.error(name)
    expect(error).toMatchObject({ fileloc: name, ...place })
    expect(error.message).toMatch(message)
    expect(`${error.message}${error.stack}`).not.toContain('/dist/')
  })

  it('goes on with others beside all these, and keeps the last good version of a file that breaks', async () => {
    const from = bench.records.seen.length
    await bench.write('plain.ts', "import { dag } from 'millrace'\nexport default dag('plain', {, () => {})\n")
    await bench.write('fresh.ts', bashDag('fresh'))
    await published('fresh')
    await bench.error('plain.ts')
    expect(bench.records.seen.slice(from).filter((record) => record.kind === 'tombstone')).toEqual([])
  })

  it('takes the error back when the file is mended, or gone', async () => {
    const from = bench.records.seen.length
    await bench.write('plain.ts', bashDag('plain', 'date'))
    await bench.remove('syntax.ts')
    await Promise.all([tombstone('file:plain.ts', from), tombstone('file:syntax.ts', from), published('plain', 3)])
  })

  it('refuses a dag id that another file has, until that file is gone', async () => {
    await bench.write('second.ts', bashDag('fresh', 'echo second'))
    expect((await bench.error('second.ts')).message).toMatch(/dag 'fresh' is defined by fresh\.ts already/)
    expect(versions('fresh')).toHaveLength(1)
    const from = bench.records.seen.length
    await bench.remove('fresh.ts')
    await tombstone('fresh', from)
    await bench.records.until('fresh from second.ts', () => versions('fresh', from).some((record) => record.value.fileloc === 'second.ts'))
    await tombstone('file:second.ts', from)
  })

  it('publishes nothing unchanged after a restart, and takes away what went while it was off', async () => {
    await bench.stop()
    for (const name of ['loop.ts', 'cycle.ts', 'twice.ts', 'exit.ts', 'thrown.ts', 'option.ts', 'package.ts', 'silent.ts']) await bench.remove(name)
    await bench.remove('second.ts')
    const from = bench.records.seen.length
    const pieces = bench.pieces.seen.length
    const parser = await bench.start()
    await parser.idle()
    await Promise.all([tombstone('fresh', from), tombstone('file:loop.ts', from)])
    await caughtUp()
    const since = bench.records.seen.slice(from)
    expect(since.filter((record) => record.kind !== 'tombstone')).toEqual([])
    expect(since.map((record) => record.key).sort()).toEqual(
      ['cycle', 'exit', 'loop', 'option', 'package', 'silent', 'thrown', 'twice'].map((name) => `file:${name}.ts`).concat('fresh'),
    )
    expect(bench.pieces.seen.length).toBe(pieces)
  })

  it('takes over a DAG when its file is renamed, without a tombstone between', async () => {
    const from = bench.records.seen.length
    await bench.write('renamed.ts', bashDag('plain', 'date'))
    await bench.remove('plain.ts')
    await bench.records.until('plain from renamed.ts', () => versions('plain', from).some((record) => record.value.fileloc === 'renamed.ts'))
    await caughtUp()
    expect(bench.records.seen.slice(from).filter((record) => record.kind === 'tombstone' && record.key === 'plain')).toEqual([])
  })
})

/** Everything that is on the topic now has been seen by the test. */
const caughtUp = async (): Promise<void> => {
  const { partitions } = await bench.platform.bus.offsets(bench.platform.topic('dags'))
  await bench.records.until('the end of the topic', (seen) => seen.length >= (partitions[0]?.high ?? 0))
}

const firstBundle = async (): Promise<{ bytes: Buffer }> => {
  const topic = bench.platform.topic('bundles')
  const found: { bytes: Buffer }[] = []
  const reader = await readToEnd(bench.platform.bus, [topic], { covers: () => true, start: () => 'beginning' })
  const subscription = await bench.platform.bus.subscribe({
    topics: [topic],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const { value } of records) if (value !== null) found.push(bench.platform.codec.decode('BundlePiece', value))
    },
    onProgress: reader.progress,
    onFailed: (error) => {
      throw error
    },
  })
  await reader.caughtUp
  await subscription.close()
  const [first] = found
  if (first === undefined) throw new Error('no bundle')
  return first
}
