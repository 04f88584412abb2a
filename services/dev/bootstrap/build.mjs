// Builds only what changed since the last build: a warm start compares file times and pays nothing else.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { fromRoot } from './paths.mjs'
import { Problem, run, say, tool } from './run.mjs'

const stampFile = fromRoot('dist', '.built.json')
const uiFolder = ['services', 'ui'].join(sep)

const filesUnder = (dir, skip, found = []) => {
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name)
    if (entry.isDirectory()) {
      if (!skip(path)) filesUnder(path, skip, found)
    } else if (entry.isFile()) found.push(path)
  }
  return found
}

/** Path to `mtime size` of each file: a difference in either, or a file more or less, is a change. */
const snapshot = (files) => Object.fromEntries(files.map((path) => [relative(fromRoot(), path), `${statSync(path).mtimeMs} ${statSync(path).size}`]))

const isTypeScript = (path) => path.endsWith('.ts')

const sources = {
  services: () =>
    snapshot([
      ...filesUnder(fromRoot('services'), (path) => relative(fromRoot(), path) === uiFolder).filter(isTypeScript),
      ...filesUnder(fromRoot('schemas'), () => false).filter(isTypeScript),
      fromRoot('tsconfig.json'),
      fromRoot('package-lock.json'),
    ]),
  ui: () => snapshot([...filesUnder(fromRoot('services', 'ui'), () => false), fromRoot('package-lock.json')]),
}

/** Whether two snapshots hold the same files with the same stamps. */
export const isSame = (before, now) => {
  const names = Object.keys(now)
  return before !== undefined && names.length === Object.keys(before).length && names.every((name) => before[name] === now[name])
}

/** Whether a file that was built before is gone, so that its output would stay behind. */
export const hasLost = (before, now) => Object.keys(before ?? {}).some((name) => !(name in now))

const readStamps = () => {
  try {
    return JSON.parse(readFileSync(stampFile, 'utf8'))
  } catch {
    return {} // no build yet, or one that was cut short: everything is built
  }
}

const buildServices = async (before, now) => {
  if (hasLost(before, now)) for (const part of ['services', 'schemas', '.tsbuildinfo']) rmSync(fromRoot('dist', part), { recursive: true, force: true })
  const [{ code, output }] = await Promise.all([run(tool('tsc'), ['-p', 'tsconfig.json'], { quiet: true }), buildPackages()])
  if (code !== 0) throw new Problem(`the build failed (tsc -p tsconfig.json):\n${output.trim()}`)
}

const buildPackages = async () => {
  // Not before `npm ci` has run: esbuild is one of the packages.
  const { bundlePackages } = await import('./bundle-packages.mjs')
  await bundlePackages().catch(({ message }) => {
    throw new Problem(`the build failed (esbuild, dist/vendor): ${message}`)
  })
}

const buildUi = async () => {
  const { code, output } = await run(tool('vite'), ['build', join('services', 'ui'), '--logLevel', 'warn'], { quiet: true })
  if (code !== 0) throw new Problem(`the build of the web page failed (vite build services/ui):\n${output.trim()}`)
}

/** Brings dist/ up to date. */
export const build = async () => {
  const before = readStamps()
  const now = { services: sources.services(), ui: sources.ui() }
  const stale = { services: !isSame(before.services, now.services), ui: !isSame(before.ui, now.ui) }
  if (!stale.services && !stale.ui) return
  say(`building ${[stale.services && 'services', stale.ui && 'web page'].filter(Boolean).join(' and ')}`)
  await Promise.all([stale.services && buildServices(before.services, now.services), stale.ui && buildUi()])
  mkdirSync(fromRoot('dist'), { recursive: true })
  writeFileSync(stampFile, JSON.stringify(now))
}
