import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { MillraceError } from '../core/errors.ts'

/** Content of a JSON file; undefined when there is none. */
export const readJson = (path: string): unknown => {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new MillraceError('bad_config', `${path} is not JSON: delete it, or start with --reset`, { cause })
  }
}

/** Replaces a file as a whole, readable by its owner only: a reader, or a crash, never sees half of it. */
export const writeJson = (path: string, content: unknown): void => {
  mkdirSync(dirname(path), { recursive: true })
  const part = `${path}.${process.pid}`
  writeFileSync(part, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600 })
  renameSync(part, path)
}
