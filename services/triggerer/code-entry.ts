import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { MillraceError } from '../core/errors.ts'

/** The main module of the process for code as built JavaScript, also when the triggerer itself runs from source (tests). */
export const codeEntry = (here: string = import.meta.url): string => {
  const folder = dirname(fileURLToPath(here))
  const built = here.endsWith('.ts') ? join(folder, '../../dist/services/triggerer/child/main.js') : join(folder, 'child/main.js')
  if (!existsSync(built)) throw new MillraceError('missing_requirement', `${built} is not there: run 'npm run build' first`)
  return built
}
