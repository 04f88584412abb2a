import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MillraceError } from '../core/errors.ts'

/** The task child's main module as built JavaScript, also when the worker itself runs from source (tests): a child from source would start three times slower. */
export const childEntry = (here: string = import.meta.url): string => {
  const folder = dirname(fileURLToPath(here))
  const built = here.endsWith('.ts') ? join(folder, '../../dist/services/worker/child/main.js') : join(folder, 'child/main.js')
  if (!existsSync(built)) throw new MillraceError('missing_requirement', `${built} is not there: run 'npm run build' first`)
  return built
}
