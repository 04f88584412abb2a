/** Bundles the simulator with the sources as they are, or with some of them changed (a mutant). */
import { mkdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const root = fileURLToPath(new URL('../..', import.meta.url))
const folder = `${root}node_modules/.cache/sim`

/** @param {string} name @param {readonly { file: string, find: string, replace: string }[]} edits each must match its file exactly once. @returns {Promise<string>} the bundle's path */
export const bundle = async (name, edits = []) => {
  mkdirSync(folder, { recursive: true })
  const outfile = `${folder}/${name.replace(/[^A-Za-z0-9]+/g, '-')}.mjs`
  const done = new Set()
  const mutate = {
    name: 'mutate',
    setup(own) {
      own.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(root, path)
        const mine = edits.filter((edit) => edit.file === file)
        if (mine.length === 0) return undefined
        let contents = await readFile(path, 'utf8')
        for (const edit of mine) {
          const times = contents.split(edit.find).length - 1
          if (times !== 1) throw new Error(`mutant '${name}': ${file} has ${times} times what it should have once: ${edit.find}`)
          contents = contents.replace(edit.find, () => edit.replace)
          done.add(edit)
        }
        return { contents, loader: 'ts', resolveDir: dirname(path) }
      })
    },
  }
  await build({
    entryPoints: [`${root}test/sim/main.ts`],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    sourcemap: 'inline',
    logLevel: 'error',
    plugins: [mutate],
  })
  for (const edit of edits) if (!done.has(edit)) throw new Error(`mutant '${name}': ${edit.file} is not part of the simulation`)
  return outfile
}
