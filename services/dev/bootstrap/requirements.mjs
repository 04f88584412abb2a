// What the machine must have. As root on Debian what is missing is installed; otherwise one line says what and how.
import { existsSync, readdirSync } from 'node:fs'
import { mkdir, readFile, realpath, stat, statfs, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fromRoot } from './paths.mjs'
import { Problem, run, say } from './run.mjs'

const minNode = [20, 11]
const minJava = 17
const minFreeMb = 1500
const cache = fromRoot('.millrace', 'cache')
const servers = ['KAFKA_BROKERS', 'DATABASE_URL', 'SCHEMA_REGISTRY_URL']

/** Why this Node.js will not do; undefined when it will. */
export const nodeProblem = (version) => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > minNode[0] || (major === minNode[0] && minor >= minNode[1])) return undefined
  return `Node.js ${version} is too old: version ${minNode.join('.')} or newer is needed (https://nodejs.org, or nvm install 20)`
}

/** Major version out of `java -version`: 17 for "17.0.15", 8 for "1.8.0_392"; undefined when it says none. */
export const javaMajor = (text) => {
  const [, first, second] = /version "(\d+)(?:\.(\d+))?/.exec(text) ?? []
  return first === undefined ? undefined : Number(first === '1' ? second : first)
}

/** One line on Java; undefined when all is well. */
export const javaProblem = (major) => {
  const how =
    'Debian/Ubuntu: apt-get install default-jre-headless; macOS: brew install openjdk@17; or set JAVA_HOME; or set KAFKA_BROKERS and SCHEMA_REGISTRY_URL to servers of your own'
  if (major === undefined) return `Java is missing: Kafka and the schema registry need Java ${minJava} or newer (${how})`
  return major < minJava ? `Java ${major} is too old: Kafka and the schema registry need Java ${minJava} or newer (${how})` : undefined
}

export const mavenProblem = 'Maven is missing: it fetches Kafka and the schema registry (Debian/Ubuntu: apt-get install maven; macOS: brew install maven)'

/** One line on the disk; undefined when there is room. */
export const diskProblem = (freeMb, where) =>
  freeMb >= minFreeMb
    ? undefined
    : `the disk of ${where} has ${Math.floor(freeMb)} MB left: the first start needs ${minFreeMb} MB for packages, servers and data; free some, or move the clone`

const onPath = (name) =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((dir) => join(dir || '.', name))
    .find(existsSync)

const javaPath = () => (process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : onPath('java'))

/** Asking a JVM costs a third of a second: the answer is kept as long as the binary is the same. */
const installedJava = async () => {
  const path = javaPath()
  if (!path || !existsSync(path)) return undefined
  const real = await realpath(path)
  const stamp = `${real} ${(await stat(real)).mtimeMs}`
  const memo = join(cache, 'java.json')
  const known = await readFile(memo, 'utf8').then(JSON.parse, () => undefined)
  if (known?.stamp === stamp) return known.major
  const major = javaMajor((await run(path, ['-version'], { quiet: true })).output)
  await mkdir(cache, { recursive: true })
  await writeFile(memo, JSON.stringify({ stamp, major }))
  return major
}

const hasJars = () => {
  const entries = existsSync(cache) ? readdirSync(cache).filter((name) => !/\.(part|jsa)/.test(name)) : []
  return ['kafka-', 'registry-'].every((prefix) => entries.some((name) => name.startsWith(prefix)))
}

const isDebian = () => existsSync('/etc/debian_version') && onPath('apt-get') !== undefined

const aptInstall = async (packages) => {
  say(`installing ${packages.join(', ')} with apt-get`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const install = () => run('apt-get', ['install', '-y', '--no-install-recommends', ...packages], { quiet: true, env })
  const updated = await run('apt-get', ['update'], { quiet: true, env })
  const { code, output } = await install()
  if (code === 0) return undefined
  const reason = `${updated.code === 0 ? '' : updated.output}\n${output}`.split('\n').find((line) => /^(E|Err):?/.test(line)) ?? `exit code ${code}`
  return `apt-get could not install ${packages.join(', ')}: ${reason}`
}

export const findBrowser = () => process.env.MILLRACE_CHROMIUM || onPath('chromium') || onPath('chromium-browser') || onPath('google-chrome')

/** What is missing for a command, as `{ line, packages }`; the first entry without remedy ends the command. */
const missingFor = async (command) => {
  const missing = []
  const needsServers = (command === 'start' || command === 'test') && !servers.every((name) => process.env[name])
  const needsJava = needsServers && !(process.env.KAFKA_BROKERS && process.env.SCHEMA_REGISTRY_URL)
  if (needsJava) {
    const line = javaProblem(await installedJava())
    if (line) missing.push({ line, packages: ['default-jre-headless'] })
    if (!hasJars() && !onPath('mvn')) missing.push({ line: mavenProblem, packages: ['maven'] })
  }
  return missing
}

const checkDisk = async () => {
  if (existsSync(fromRoot('node_modules')) && hasJars()) return
  const { bavail, bsize } = await statfs(fromRoot())
  const line = diskProblem((bavail * bsize) / 1_000_000, fromRoot())
  if (line) throw new Problem(line)
}

/** Throws with one line when the machine lacks something; resolves with the browser for tests, if there is one. */
export const ensureRequirements = async (command) => {
  const node = nodeProblem(process.versions.node)
  if (node) throw new Problem(node)
  await checkDisk()
  let missing = await missingFor(command)
  const mayInstall = process.getuid?.() === 0 && isDebian()
  const wantsBrowser = command === 'test' && !findBrowser()
  if (mayInstall && missing.length > 0) {
    const failure = await aptInstall(missing.flatMap(({ packages }) => packages))
    if (failure) throw new Problem(failure)
    missing = await missingFor(command)
  }
  const [first] = missing
  if (first) throw new Problem(first.line)
  if (wantsBrowser) {
    const failure = mayInstall ? await aptInstall(['chromium']) : 'no Chromium on the PATH (Debian: apt-get install chromium)'
    if (failure) say(`the browser test will not run: ${failure}`)
  }
  return command === 'test' ? findBrowser() : undefined
}
