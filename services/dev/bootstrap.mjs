// `npm start`, `npm test`, `npm run check`: plain JavaScript on Node's own modules, since a fresh clone has no node_modules and Node 20 runs no
// TypeScript. Makes sure of what is needed, installs and builds only what changed, and hands over.
import { pathToFileURL } from 'node:url'
import { build } from './bootstrap/build.mjs'
import { runStaticChecks, vitest } from './bootstrap/checks.mjs'
import { installPackages } from './bootstrap/packages.mjs'
import { fromRoot } from './bootstrap/paths.mjs'
import { ensureRequirements } from './bootstrap/requirements.mjs'
import { Problem } from './bootstrap/run.mjs'

const withoutServers = ['down', 'status', '--help', '-h']

const start = async (args) => {
  if (!args.some((arg) => withoutServers.includes(arg))) await ensureRequirements('start')
  await installPackages()
  await build()
  process.argv.splice(1, process.argv.length - 1, fromRoot('dist/services/dev/main.js'), ...args)
  // in this process: one less to start, and Ctrl-C reaches the supervisor itself
  await import(pathToFileURL(process.argv[1]).href)
}

const test = async (args) => {
  const browser = await ensureRequirements('test')
  await installPackages()
  await build()
  const failed = await runStaticChecks()
  const tested = await vitest(args, browser)
  if (failed.length > 0) throw new Problem(`npm test failed before the tests: ${failed.join(', ')} (see above; \`npm run check\` repeats it in seconds)`)
  process.exitCode = tested
}

const check = async () => {
  await ensureRequirements('check')
  await installPackages()
  const failed = await runStaticChecks()
  // Seconds, not minutes: `npm test` tries many more random cases.
  const { MILLRACE_PROP_RUNS = '100', MILLRACE_SIM_SEEDS = '10' } = process.env
  const tested = await vitest(['--project', 'unit', '--project', 'prop'], undefined, { MILLRACE_PROP_RUNS, MILLRACE_SIM_SEEDS })
  if (failed.length > 0) throw new Problem(`npm run check failed: ${failed.join(', ')}`)
  process.exitCode = tested
}

const justBuild = async () => {
  await ensureRequirements('build')
  await installPackages()
  await build()
}

const commands = { start, test, check, build: justBuild }
const [name = 'start', ...args] = process.argv.slice(2)

try {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) throw new Problem(`unknown command ${name}: one of ${Object.keys(commands).join(', ')}`)
  await command(args)
} catch (error) {
  process.stderr.write(error instanceof Problem ? `millrace: ${error.message}\n` : `${error.stack ?? error}\n`)
  process.exitCode = 1
}
