// Packages of many small files as a few in dist/vendor: every service reads its configuration with typebox, whose 680 files took a third of a second of
// processor time at each start; kysely's 300 took 0.15. Found by the names #typebox and #kysely (package.json, imports).
import { build } from 'esbuild'
import { fromRoot } from './paths.mjs'

export const bundlePackages = () =>
  build({
    absWorkingDir: fromRoot(),
    entryPoints: { typebox: 'typebox', 'typebox-value': 'typebox/value', kysely: 'kysely' },
    outdir: fromRoot('dist', 'vendor'),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    logLevel: 'silent',
  })
