/** The programs of schemas/examples as anybody would run them: their packages are fetched once into the cache of downloads, by Maven and by pip. */
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { copyDependencies, fetchInto, maven } from '../../services/dev/stack/maven.ts'

const run = promisify(execFile)
const cacheDir = join(process.cwd(), '.millrace', 'cache')
const java = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java'
// a compiler that needs no JDK: a machine that runs Kafka has a JRE
const compiler = 'org.eclipse.jdt:ecj:3.37.0'
const copyOne = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

export interface RunningProgram {
  /** Resolves when a line of its output has matched; rejects when it ends before. */
  untilLine(pattern: RegExp): Promise<void>
  readonly ended: Promise<Ended>
}

export interface ExamplePrograms {
  /** `name` is the Java class or the Python file. */
  start(name: string, args: readonly string[], env: Readonly<Record<string, string>>): RunningProgram
  close(): Promise<void>
}

const startProgram = (command: string, args: readonly string[], env: Readonly<Record<string, string>>): RunningProgram => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
  const texts = { out: '', err: '' }
  const looks = new Set<() => void>()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    texts.out += text
    for (const look of looks) look()
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    texts.err += text
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, ...texts }))
  })
  return {
    ended,
    untilLine: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!texts.out.split('\n').some((line) => pattern.test(line))) return
          looks.delete(look)
          resolve()
        }
        looks.add(look)
        look()
        ended.then(({ code, out, err }) => reject(new Error(`${command} ${args.at(-1)} ended with ${code} before ${pattern}:\n${out}${err}`)), reject)
      }),
  }
}

const hashOf = async (file: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex')
    .slice(0, 12)

export const javaExamples = async (): Promise<ExamplePrograms> => {
  const pom = 'schemas/examples/java/pom.xml'
  const lib = join(cacheDir, `java-examples-${await hashOf(pom)}`)
  const ecj = join(cacheDir, compiler.split(':').slice(1).join('-'))
  await mkdir(cacheDir, { recursive: true })
  await Promise.all([
    fetchInto(lib, async (dir) => {
      await copyFile(pom, join(dir, 'pom.xml'))
      await maven('the jars of the Java examples', dir, copyDependencies, [])
    }),
    fetchInto(ecj, (dir) => maven('a Java compiler', dir, copyOne, [`-Dartifact=${compiler}`])),
  ])
  const classes = await mkdtemp(join(tmpdir(), 'millrace-java-'))
  // the compiler knows no wildcards
  const path = [classes, ...(await readdir(lib)).filter((name) => name.endsWith('.jar')).map((name) => join(lib, name))].join(':')
  await run(java, [
    '-cp',
    join(ecj, '*'),
    'org.eclipse.jdt.internal.compiler.batch.Main',
    '-17',
    '-warn:none',
    '-cp',
    path,
    '-d',
    classes,
    'schemas/examples/java/src',
  ])
  return {
    start: (name, args, env) => startProgram(java, ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx64m', '-cp', path, `millrace.${name}`, ...args], env),
    close: () => rm(classes, { recursive: true }),
  }
}

/** Undefined: this machine has no Python 3.9 or newer. */
export const findPython = async (): Promise<string | undefined> => {
  const question = 'import sys; print(sys.version_info >= (3, 9), "%d.%d" % sys.version_info[:2])'
  const answer = await run('python3', ['-c', question]).catch(() => undefined)
  const [isNew, version] = answer?.stdout.trim().split(' ') ?? []
  return isNew === 'True' ? version : undefined
}

export const pythonExamples = async (version: string): Promise<ExamplePrograms> => {
  const folder = 'schemas/examples/python'
  const venv = join(cacheDir, `python${version}-examples-${await hashOf(join(folder, 'requirements.txt'))}`)
  await mkdir(cacheDir, { recursive: true })
  await fetchInto(venv, async (dir) => {
    await run('python3', ['-m', 'venv', dir])
    await run(join(dir, 'bin', 'python'), ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', '-r', join(folder, 'requirements.txt')])
  })
  return {
    start: (name, args, env) =>
      startProgram(join(venv, 'bin', 'python'), ['-W', 'ignore', join(folder, name), ...args], { PYTHONDONTWRITEBYTECODE: '1', ...env }),
    close: async () => undefined,
  }
}
