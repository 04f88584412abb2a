import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/** A path of the repository, absolute. */
export const fromRoot = (...parts) => join(root, ...parts)
