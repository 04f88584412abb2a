// Typebox as two files in dist/vendor instead of 680 in node_modules: every service reads its configuration with it, and that many files took a third of a
// second of processor time at each start. Found by the name #typebox (package.json, imports).
import { build } from 'esbuild'
import { fromRoot } from './paths.mjs'

await build({
  absWorkingDir: fromRoot(),
  entryPoints: { typebox: 'typebox', 'typebox-value': 'typebox/value' },
  outdir: fromRoot('dist', 'vendor'),
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  logLevel: 'warning',
})
