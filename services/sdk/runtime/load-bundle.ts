/** Bundles are ES modules that import `millrace` by name: they must get the very module that this runtime uses, not a second copy. */
import { existsSync, mkdirSync, readlinkSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { ensureError, MillraceError } from '../../core/errors.ts'
import type { Dag } from '../dag.ts'
import { collectDags } from './collect-dags.ts'

/** Root of the package that this file belongs to, from source or from dist. */
export const packageRoot = (): string => {
  for (let folder = dirname(realpathSync(fileURLToPath(import.meta.url))); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder)) throw new MillraceError('internal', 'the SDK lies in no package: no package.json above services/sdk')
  }
}

/** Makes `import 'millrace'` in files of this folder resolve to this package. Safe to call again, and from several processes at once. */
export const prepareBundleFolder = (folder: string): void => {
  const link = join(folder, 'node_modules', 'millrace')
  const root = packageRoot()
  mkdirSync(dirname(link), { recursive: true })
  if (pointsTo(link) === root) return
  rmSync(link, { force: true, recursive: true })
  try {
    symlinkSync(root, link, 'dir')
  } catch (error) {
    // Another process was quicker.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || pointsTo(link) !== root) throw error
  }
}

const pointsTo = (link: string): string | null => {
  try {
    return readlinkSync(link)
  } catch {
    return null
  }
}

/** Imports a bundle and answers its DAGs. The file's name must change with its content: Node never reads an imported path again. */
export const loadBundle = async (file: string): Promise<readonly Dag[]> => {
  let moduleNamespace: object
  try {
    moduleNamespace = await import(pathToFileURL(file).href)
  } catch (thrown) {
    const cause = ensureError(thrown)
    throw new MillraceError('bad_dag', `the DAG's code could not be imported: ${cause.message}`, { cause })
  }
  return collectDags(moduleNamespace)
}
