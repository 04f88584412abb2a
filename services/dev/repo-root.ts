import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

const find = (from: string): string => {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'package.json'))) return dir
    if (dir === dirname(dir)) throw new Error(`no package.json above ${from}`)
  }
}

/** Root of the installation: the same from the source and from dist/. */
export const repoRoot = find(import.meta.dirname)

/** Built entry of a service, run by Node as a process of its own. */
export const builtEntry = (...parts: readonly string[]): string => join(repoRoot, 'dist', 'services', ...parts)
