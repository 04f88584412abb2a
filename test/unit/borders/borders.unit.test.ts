import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

/** DESIGN 4: what each folder may import, and that the linter says so. One probe file for each (file, import); one run of the linter over all. */
type Verdict = 'allowed' | 'forbidden'
interface Probe {
  readonly from: string
  readonly target: string
  readonly verdict: Verdict
}

const deciders = ['scheduler', 'executor', 'projector']
const hosts = ['parser', 'worker', 'triggerer']
const readers = ['api', 'cli']
/** What worker and triggerer share. */
const sharers = ['worker', 'triggerer']
const services = [...hosts, ...deciders, ...readers, 'ui', 'dev', 'holder']
const libraries = ['kafkajs', '@kafkajs/confluent-schema-registry', 'pg', 'pg-copy-streams', 'pino', 'prom-client']

const inRoom = (room: string): string =>
  room === 'schemas' ? 'schemas/topics.ts' : room === 'core/errors' ? 'services/core/errors.ts' : `services/${room}/probed.ts`

const row = (from: string, allowed: readonly string[], forbidden: readonly string[]): Probe[] => [
  ...allowed.map((target) => ({ from, target, verdict: 'allowed' as const })),
  ...forbidden.map((target) => ({ from, target, verdict: 'forbidden' as const })),
]
const rooms = (...names: readonly string[]): string[] => names.map(inRoom)
const others = (own: string): string[] => rooms(...services.filter((name) => name !== own))

const table: Probe[] = [
  ...row('schemas/http/probe.ts', ['schemas/topics.ts', 'typebox', 'node:fs'], [...rooms('core', 'platform', 'sdk', ...services), ...libraries, 'millrace']),
  ...['services/core/probe.ts', 'services/core/schedule/probe.ts'].flatMap((from) =>
    row(from, rooms('schemas', 'core'), [...rooms('platform', 'sdk', ...services), ...libraries, 'node:fs', 'node:crypto', 'fastify', 'millrace']),
  ),
  ...row('services/core/probe.ts', [], ['cron-parser', 'temporal-polyfill']),
  ...row('services/core/schedule/probe.ts', ['cron-parser', 'temporal-polyfill'], []),
  ...row(
    'services/platform/probe.ts',
    [...rooms('schemas', 'platform', 'core/errors'), 'pg', 'pino', 'prom-client', 'node:fs'],
    [...rooms('core', 'sdk', ...services), 'kafkajs', '@kafkajs/confluent-schema-registry'],
  ),
  ...row(
    'services/platform/bus/probe.ts',
    [...rooms('schemas', 'platform', 'core/errors'), 'kafkajs', '@kafkajs/confluent-schema-registry'],
    rooms('core', 'sdk', ...services),
  ),
  ...row('services/sdk/probe.ts', [...rooms('schemas', 'core', 'sdk'), 'node:fs'], [...rooms('platform', ...services), ...libraries]),
  ...row(
    'services/sdk/hooks/probe.ts',
    [...rooms('schemas', 'core', 'sdk'), 'pg', 'pg-copy-streams', 'kafkajs'],
    [...rooms('platform', ...services), '@kafkajs/confluent-schema-registry', 'pino', 'prom-client'],
  ),
  ...hosts.flatMap((name) =>
    row(
      `services/${name}/probe.ts`,
      [...rooms('schemas', 'core', 'platform', 'sdk', name), ...(sharers.includes(name) ? rooms('holder') : []), 'node:fs'],
      [...others(name).filter((target) => !(sharers.includes(name) && target === inRoom('holder'))), ...libraries, 'millrace'],
    ),
  ),
  ...row('services/holder/probe.ts', rooms('schemas', 'core', 'platform', 'sdk', 'holder'), [...others('holder'), ...libraries, 'millrace']),
  ...[...deciders, ...readers].flatMap((name) =>
    row(`services/${name}/inner/probe.ts`, rooms('schemas', 'core', 'platform', name), [...others(name), inRoom('sdk'), ...libraries, 'millrace']),
  ),
  ...row(
    'services/ui/src/grid/probe.ts',
    ['services/ui/src/api/client.ts', 'react'],
    [
      ...rooms('schemas', 'core', 'platform', 'sdk'),
      ...rooms(...services.filter((name) => name !== 'ui' && name !== 'api')),
      'services/api/service.ts',
      'services/api/routes/dags.ts',
      ...libraries,
    ],
  ),
  ...row('services/dev/probe.ts', rooms('schemas', 'core', 'platform', 'sdk', ...services), libraries),
  ...row('dags/probe.ts', ['millrace', 'pg', 'lodash', 'dags/shared/http.ts', 'node:fs'], rooms('schemas', 'core', 'platform', 'sdk', ...services)),
]

const specifier = (from: string, target: string): string => {
  if (!target.includes('/') || target.startsWith('@') || target.startsWith('node:')) return target
  const path = relative(dirname(from), target)
  return path.startsWith('.') ? path : `./${path}`
}

/** Things that give the core time, chance or the world without an import. */
const impurities = [
  'Date.now()',
  'new Date()',
  'Date()',
  'Temporal.Now.instant()',
  'Math.random()',
  'performance.now()',
  'crypto.randomUUID()',
  'process.env.HOME',
  'setTimeout(() => 1, 1)',
  'setInterval(() => 1, 1)',
  'fetch("http://127.0.0.1")',
  'console.log(1)',
]

const impureRules = new Set(['lint/style/noRestrictedGlobals', 'lint/nursery/noJsRestrictedProperties', 'plugin'])

interface Diagnostic {
  readonly category: string
  readonly location: { readonly path: string; readonly start: { readonly line: number } }
}

const repository = join(import.meta.dirname, '../../..')
const biome = join(repository, 'node_modules/.bin/biome')
const probes = new Map<string, string[]>()
const addLine = (file: string, text: string): number => {
  const lines = probes.get(file) ?? []
  probes.set(file, lines)
  return lines.push(text)
}

describe('import table of DESIGN 4', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-borders-'))
  const reported = new Map<string, string[]>()
  const reportAt = (file: string, line: number): string[] => reported.get(`${file}:${line}`) ?? []

  const imports = table.map((probe) => ({ ...probe, line: addLine(probe.from, `import '${specifier(probe.from, probe.target)}'`) }))
  const dynamic = { file: 'services/core/dynamic.ts', line: addLine('services/core/dynamic.ts', "export const lazy = import('kafkajs')") }
  const types = { file: 'services/core/types.ts', line: addLine('services/core/types.ts', "export type { Platform } from '../platform/platform.ts'") }
  const expressions = impurities.map((text) => ({ text, line: addLine('services/core/impure.ts', text) }))
  const calculations = ['new Date(5).toISOString()', 'Date.UTC(2026, 0)', "Date.parse('2026-01-01')", 'Math.max(1, 2)'].map((text) => ({
    text,
    file: 'services/core/pure.ts',
    line: addLine('services/core/pure.ts', text),
  }))
  const environment = (['services/scheduler/loop.ts', 'services/platform/bus/batcher.ts', 'services/core/run.ts', 'services/sdk/dag.ts'] as const).map(
    (file) => ({
      file,
      line: addLine(file, 'export const home = process.env.HOME'),
    }),
  )
  const readsEnvironment = (['services/scheduler/main.ts', 'services/platform/config.ts', 'services/dev/options.ts', 'services/cli/main.ts'] as const).map(
    (file) => ({
      file,
      line: addLine(file, 'export const home = process.env.HOME'),
    }),
  )
  addLine('services/worker/a.ts', "import { b } from './b.ts'\nexport const a = (): number => b()")
  addLine('services/worker/b.ts', "import { a } from './a.ts'\nexport const b = (): number => a()")
  addLine('services/worker/barrel.ts', "export * from './c.ts'")
  addLine('services/worker/c.ts', 'export const c = 1')

  beforeAll(() => {
    for (const file of ['.biome.json', 'services/core/no-clock.grit']) cpSync(join(repository, file), join(folder, file), { recursive: true })
    for (const [file, lines] of probes) {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), `${lines.join('\n')}\n`)
    }
    const out = join(folder, 'report.json')
    try {
      execFileSync(biome, ['lint', '--reporter=json', `--reporter-file=${out}`, '--max-diagnostics=none', 'services', 'schemas', 'dags'], {
        cwd: folder,
        stdio: 'pipe',
      })
    } catch (error) {
      // Exit code 1 is what this test is about; anything else is not.
      if ((error as { status?: number }).status !== 1) throw error
    }
    for (const { category, location } of (JSON.parse(readFileSync(out, 'utf8')) as { diagnostics: Diagnostic[] }).diagnostics) {
      const key = `${location.path}:${location.start.line}`
      reported.set(key, [...(reported.get(key) ?? []), category])
    }
  }, 60_000)
  afterAll(() => rmSync(folder, { recursive: true }))

  test.each(imports)('$from -> $target is $verdict', ({ from, target, verdict, line }) => {
    const caught = reportAt(from, line).includes('lint/style/noRestrictedImports')
    expect(caught, `${from} imports ${target}`).toBe(verdict === 'forbidden')
  })

  test('dynamic imports and re-exported types are imports, too', () => {
    expect(reportAt(dynamic.file, dynamic.line)).toContain('lint/style/noRestrictedImports')
    expect(reportAt(types.file, types.line)).toContain('lint/style/noRestrictedImports')
  })

  test.each(expressions)('core is pure: $text', ({ line }) => {
    const caught = reportAt('services/core/impure.ts', line)
    expect(caught.some((rule) => impureRules.has(rule))).toBe(true)
  })

  test.each(calculations)('core may calculate with dates: $text', ({ file, line }) => {
    expect(reportAt(file, line).filter((rule) => impureRules.has(rule))).toEqual([])
  })

  test.each(environment)('the environment is not read in $file', ({ file, line }) => {
    expect(reportAt(file, line)).toContain('lint/style/noProcessEnv')
  })

  test.each(readsEnvironment)('the environment may be read in $file', ({ file, line }) => {
    expect(reportAt(file, line)).not.toContain('lint/style/noProcessEnv')
  })

  test('import cycles and barrels are caught', () => {
    expect(reportAt('services/worker/a.ts', 1)).toContain('lint/suspicious/noImportCycles')
    expect([...reportAt('services/worker/barrel.ts', 1)].sort()).toEqual(expect.arrayContaining(['lint/performance/noReExportAll']))
  })
})
