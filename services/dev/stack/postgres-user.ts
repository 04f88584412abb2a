import { execFile } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { MillraceError } from '../../core/errors.ts'

const run = promisify(execFile)

/** Who runs Postgres: ourselves, or, since Postgres refuses root, the user `postgres`. */
export interface PostgresUser {
  /** For spawn; empty when nothing changes. */
  readonly ids: { readonly uid?: number; readonly gid?: number }
  /** The command as it has to be run. */
  wrap(command: readonly string[]): readonly string[]
  /** Makes a file or folder of ours its own. */
  give(path: string): Promise<void>
}

const ourselves: PostgresUser = { ids: {}, wrap: (command) => command, give: async () => undefined }

const idOf = async (flag: '-u' | '-g'): Promise<number | undefined> => {
  const result = await run('id', [flag, 'postgres']).catch(() => undefined)
  return result === undefined ? undefined : Number(result.stdout)
}

const ensureUser = async (): Promise<{ uid: number; gid: number }> => {
  if ((await idOf('-u')) === undefined) {
    await run('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']).catch((cause: Error) => {
      throw new MillraceError(
        'missing_requirement',
        `Postgres does not run as root, and the user "postgres" could not be made (${cause.message}): run as another user, or set DATABASE_URL`,
        { cause },
      )
    })
  }
  const [uid, gid] = await Promise.all([idOf('-u'), idOf('-g')])
  if (uid === undefined || gid === undefined)
    throw new MillraceError('missing_requirement', 'Postgres does not run as root, and there is no user "postgres": run as another user, or set DATABASE_URL')
  return { uid, gid }
}

/** Whether other users may walk to the path: a clone under /root has a parent closed to them. */
const isOpenToOthers = async (path: string): Promise<boolean> => {
  for (let dir = dirname(path); ; dir = dirname(dir)) {
    const entry = await stat(dir).catch(() => undefined)
    if (entry && (entry.mode & 0o001) === 0) return false
    if (dir === dirname(dir)) return true
  }
}

/**
 * As root: the user `postgres`, made when missing. Where a parent of one of the paths is closed to it, setpriv leaves it
 * the right to pass (and nothing else of root's), so that a clone in a home directory works.
 */
export const asPostgresUser = async (paths: readonly string[]): Promise<PostgresUser> => {
  if (process.getuid?.() !== 0) return ourselves
  const { uid, gid } = await ensureUser()
  const give = (path: string) => chown(path, uid, gid)
  const open = await Promise.all(paths.map(isOpenToOthers))
  if (open.every(Boolean)) return { ids: { uid, gid }, wrap: (command) => command, give }
  const pass = [
    'setpriv',
    `--reuid=${uid}`,
    `--regid=${gid}`,
    '--clear-groups',
    '--inh-caps=-all,+dac_override',
    '--ambient-caps=-all,+dac_override',
    '--bounding-set=-all,+dac_override',
    '--',
  ]
  return { ids: {}, wrap: (command) => [...pass, ...command], give }
}
