// Runs a TypeScript program of test/: `node test/support/run-ts.mjs test/bench/main.ts [args]`. Bundled in a blink by esbuild (packages stay
// outside), sources of the repository inside, so that what runs is what stands in the tree.
import { mkdirSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..')
const [entry, ...args] = process.argv.slice(2)
if (!entry) throw new Error('usage: node test/support/run-ts.mjs ENTRY.ts [args]')
const outfile = join(root, 'node_modules/.cache/millrace', `${basename(dirname(entry))}-${basename(entry, '.ts')}-${process.pid}.mjs`)
mkdirSync(dirname(outfile), { recursive: true })
await build({
  entryPoints: [resolve(root, entry)],
  outfile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  sourcemap: 'inline',
  logLevel: 'warning',
  conditions: ['millrace-source'],
  define: { 'import.meta.url': JSON.stringify(pathToFileURL(resolve(root, entry)).href) },
})
process.argv = [process.argv[0], resolve(root, entry), ...args]
await import(pathToFileURL(outfile).href)
