import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, expect, it } from 'vitest'
import { type Bundle, bundleFile, stopBundling } from '../../../services/parser/bundle-file.ts'
import { makeStackMapper } from '../../../services/parser/map-stack.ts'

const folders: string[] = []

const folderWith = async (files: Readonly<Record<string, string>>): Promise<string> => {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-bundle-')))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true })
})
afterAll(() => stopBundling())

const good = async (folder: string, path = 'a.ts'): Promise<Bundle> => {
  const bundled = await bundleFile(folder, path)
  if (!bundled.ok) throw new Error(JSON.stringify(bundled.faults))
  return bundled.bundle
}

const files = {
  'a.ts': "import { dag } from 'millrace'\nimport { b } from './lib/b.ts'\nimport c from 'pack'\nexport default [dag, b, c]\n",
  'lib/b.ts': 'export const b = 1\n',
  'node_modules/pack/package.json': '{"name":"pack","main":"i.js"}',
  'node_modules/pack/i.js': "module.exports = require('node:path').sep\n",
}

it('is the same wherever the folder lies', async () => {
  const [one, two] = [await good(await folderWith(files)), await good(await folderWith(files))]
  expect(one.hash).toBe(two.hash)
  expect(one.code).toBe(two.code)
  expect(one.usesMillrace).toBe(true)
  expect(one.inputs.map((input) => input.split('/').slice(3).join('/')).sort()).toEqual(['a.ts', 'lib/b.ts', 'node_modules/pack/i.js'])
})

it('runs CommonJS packages, which ask for require()', async () => {
  const folder = await folderWith({ ...files, 'a.ts': "import c from 'pack'\nexport default c\n" })
  const { code, hash } = await good(folder)
  const file = join(folder, `${hash}.mjs`)
  await writeFile(file, code)
  expect(((await import(pathToFileURL(file).href)) as { default: unknown }).default).toBe('/')
})

it('leaves native packages outside, and lists them', async () => {
  const { native, code } = await good(
    await folderWith({
      'a.ts': "import { x } from 'fast'\nimport 'millrace'\nexport default x\n",
      'node_modules/fast/package.json': '{"name":"fast","main":"i.js","gypfile":true}',
      'node_modules/fast/i.js': "exports.x = require('./build/fast.node')\n",
    }),
  )
  expect([...native.keys()]).toEqual(['fast'])
  expect(code).toContain('from "fast"')
})

it('says what is too big', async () => {
  const random = (length: number): string => Array.from({ length }, () => Math.random().toString(36).slice(2)).join('')
  const bundled = await bundleFile(
    await folderWith({
      'a.ts': "import { x } from 'heavy'\nexport default x\n",
      'node_modules/heavy/package.json': '{"name":"heavy","main":"i.js"}',
      'node_modules/heavy/i.js': `exports.x = '${random(1_400_000)}'\n`,
    }),
    'a.ts',
  )
  expect(bundled).toMatchObject({
    ok: false,
    faults: [{ message: expect.stringMatching(/is \d+\.\d MB gzipped, at most 8 MB are allowed\. The biggest parts: heavy \(\d+\.\d MB\)/) }],
  })
})

it('maps places back to the files', async () => {
  const { code } = await good(
    await folderWith({
      'a.ts': "import { b } from './b.ts'\n\nexport const a = (): void => b()\n",
      'b.ts': 'interface Gone {\n  x: 1\n}\nexport const b = (): void => {\n  throw new Error("x")\n}\n',
    }),
  )
  const line = code.split('\n').findIndex((text) => text.includes('throw new Error')) + 1
  const mapper = makeStackMapper('file:///tmp/x.mjs', code)
  const stack = `Error: x\n    at b (file:///tmp/x.mjs:${line}:3)\n    at file:///other.mjs:1:1`
  expect(mapper.map(stack)).toBe('Error: x\n    at b (b.ts:5:3)\n    at file:///other.mjs:1:1')
  expect(mapper.first(stack)).toEqual({ file: 'b.ts', line: 5, column: 3 })
  expect(mapper.firstIn(stack, 'a.ts')).toBeNull()
})

it('follows a linked folder', async () => {
  const folder = await folderWith(files)
  const link = `${folder}-link`
  await symlink(folder, link)
  folders.push(link)
  expect((await good(await realpath(link))).hash).toBe((await good(folder)).hash)
})

it('holds the JSON and YAML that a file imports, and says where YAML is wrong', async () => {
  const code = "import a from './a.json' with { type: 'json' }\nimport b from './b.yaml'\nexport default [a, b]\n"
  const folder = await folderWith({ 'a.ts': code, 'a.json': '{"x":1}', 'b.yaml': 'base: &base { y: 2 }\nall: { <<: *base, z: [3] }\n' })
  const bundle = await good(folder)
  expect(bundle.inputs.map((input) => input.split('/').at(-1)).sort()).toEqual(['a.json', 'a.ts', 'b.yaml'])
  const file = join(folder, `${bundle.hash}.mjs`)
  await writeFile(file, bundle.code)
  expect(((await import(pathToFileURL(file).href)) as { default: unknown }).default).toEqual([{ x: 1 }, { base: { y: 2 }, all: { y: 2, z: [3] } }])
  const bad = await bundleFile(await folderWith({ 'a.ts': code, 'a.json': '{}', 'b.yaml': 'a: [1\nb: 2\n' }), 'a.ts')
  expect(bad).toMatchObject({ ok: false, faults: [{ message: expect.stringMatching(/\(b\.yaml, line 2\)/) }] })
})
