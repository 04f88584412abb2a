import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Look } from './look.ts'

/** A file is there; a folder counts when something lies in it. `*` and `?` may stand in the last part of the path. */
export const lookFile: Look = async ({ args, context }) => {
  const path = String(args.path)
  const found = /[*?]/.test(basename(path)) ? await firstMatch(dirname(path), basename(path)) : (await isThere(path)) ? path : null
  context.log.info(found === null ? `${path} is not there yet` : `${found} is there`)
  return found === null ? null : { value: args.withPath === true ? { path: found } : undefined }
}

const isThere = async (path: string): Promise<boolean> => {
  try {
    return (await stat(path)).isDirectory() ? (await readdir(path)).length > 0 : true
  } catch (error) {
    return absent(error)
  }
}

const firstMatch = async (folder: string, pattern: string): Promise<string | null> => {
  const matches = new RegExp(
    `^${pattern
      .replaceAll(/[\\^$.+()[\]{}|]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
  )
  try {
    const name = (await readdir(folder)).sort().find((each) => matches.test(each))
    return name === undefined ? null : join(folder, name)
  } catch (error) {
    absent(error)
    return null
  }
}

/** Not there yet is no fault; that it cannot be seen at all is one. */
const absent = (error: unknown): false => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return false
  throw error
}
