/** The XCom store as a folder: a value lies in a file named by its hash, so that a reference names one value for ever and writing twice is harmless. */
import { createHash, randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../../core/errors.ts'

export interface XComStore {
  /** Keeps the JSON text; answers its reference, `file:<sha256>.json`. */
  put(json: string): Promise<string>
  get(ref: string): Promise<string>
}

export const makeXComFolder = (folder: string): XComStore => ({
  async put(json) {
    const name = `${createHash('sha256').update(json).digest('hex')}.json`
    const part = join(folder, `.${randomUUID()}.part`)
    await mkdir(folder, { recursive: true })
    await writeFile(part, json)
    await rename(part, join(folder, name))
    return `file:${name}`
  },
  async get(ref) {
    // The reference comes from a record: only a bare hash may become a path.
    const name = /^file:([0-9a-f]{64}\.json)$/.exec(ref)?.[1]
    if (name === undefined) throw new MillraceError('bad_request', `'${ref.slice(0, 200)}' is no reference into the XCom folder (file:<sha256>.json)`)
    try {
      return await readFile(join(folder, name), 'utf8')
    } catch (cause) {
      throw new MillraceError(
        'bad_request',
        `XCom ${ref} is not in ${folder}: give all workers one MILLRACE_XCOM_DIR (a shared folder), or clear the task that left it`,
        { cause },
      )
    }
  },
})
