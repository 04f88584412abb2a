import { statfs } from 'node:fs/promises'
import { MillraceError } from '../core/errors.ts'

const minFreeMb = 300

/** Throws when the disk of the data directory is nearly full: a broker that cannot write ends in the middle of things. */
export const requireDiskSpace = async (dataDir: string): Promise<void> => {
  const { bavail, bsize } = await statfs(dataDir)
  const freeMb = Math.floor((bavail * bsize) / 1_000_000)
  if (freeMb >= minFreeMb) return
  throw new MillraceError(
    'missing_requirement',
    `the disk of ${dataDir} has ${freeMb} MB left, ${minFreeMb} MB are needed: free some, or use another disk with --data-dir`,
  )
}
