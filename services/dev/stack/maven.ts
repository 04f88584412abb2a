import { execFile } from 'node:child_process'
import { access, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify, stripVTControlCharacters } from 'node:util'
import { MillraceError } from '../../core/errors.ts'

const run = promisify(execFile)

/** Goal: the jars of the pom in the folder, and what they need. */
export const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies'
// Apicurio's parent pom is not on Central; this old goal is the one that fetches an artifact without reading its descriptor
const copyOne = 'org.apache.maven.plugins:maven-dependency-plugin:2.10:copy'
export const kafkaVersion = '4.3.1'
export const registryVersion = '3.0.9'
const bindingVersion = '2.25.4'

/** Where the jars are once fetched. */
export interface Jars {
  readonly kafkaLib: string
  readonly registryJar: string
}

const kafkaPom = `<?xml version="1.0" encoding="UTF-8"?>
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId>
  <artifactId>local-kafka</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${kafkaVersion}</version></dependency>
    <dependency><groupId>org.apache.logging.log4j</groupId><artifactId>log4j-slf4j-impl</artifactId><version>${bindingVersion}</version></dependency>
  </dependencies>
</project>
`

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/** Runs a goal in the folder; what it copies lands there, too. */
export const maven = async (what: string, dir: string, goal: string, options: readonly string[]): Promise<void> => {
  try {
    await run('mvn', ['-q', '-B', '-ntp', '--strict-checksums', goal, `-DoutputDirectory=${dir}`, ...options], { cwd: dir, maxBuffer: 16_000_000 })
  } catch (cause) {
    const { code, stdout, stderr } = cause as { code?: unknown; stdout?: string; stderr?: string }
    if (code === 'ENOENT')
      throw new MillraceError('missing_requirement', 'Maven is missing: install it (Debian: apt-get install maven; macOS: brew install maven)', { cause })
    const reason = `${stdout ?? ''}\n${stderr ?? ''}`.split('\n').find((line) => line.includes('ERROR')) ?? String(cause)
    throw new MillraceError(
      'missing_requirement',
      `Maven could not fetch ${what}: ${stripVTControlCharacters(reason).trim()} (is Maven Central, or a mirror in ~/.m2/settings.xml, in reach?)`,
      { cause },
    )
  }
}

/** Fills a folder under a name of its own and moves it into place when complete, so that a fetch cut short is never taken for a whole one. */
export const fetchInto = async (target: string, fill: (dir: string) => Promise<void>): Promise<void> => {
  if (await isThere(target)) return
  const part = `${target}.part-${process.pid}`
  await rm(part, { recursive: true, force: true })
  await mkdir(part, { recursive: true })
  try {
    await fill(part)
    await rename(part, target).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
    })
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

/** Kafka and the registry from Maven Central (or ~/.m2), once; `onFetch` hears of each that is not in the cache yet. */
export const fetchJars = async (cacheDir: string, onFetch: (what: string) => void): Promise<Jars> => {
  const kafkaLib = join(cacheDir, `kafka-${kafkaVersion}`)
  const registryDir = join(cacheDir, `registry-${registryVersion}`)
  await mkdir(cacheDir, { recursive: true })
  const kafka = fetchInto(kafkaLib, async (dir) => {
    onFetch(`Kafka ${kafkaVersion} (54 MB)`)
    await writeFile(join(dir, 'pom.xml'), kafkaPom)
    await maven(`Kafka ${kafkaVersion}`, dir, copyDependencies, [])
  })
  const registry = fetchInto(registryDir, async (dir) => {
    onFetch(`schema registry Apicurio ${registryVersion} (109 MB)`)
    await maven(`Apicurio ${registryVersion}`, dir, copyOne, [`-Dartifact=io.apicurio:apicurio-registry-app:${registryVersion}:tar.gz:all`])
    const archive = (await readdir(dir)).find((name) => name.endsWith('.tar.gz'))
    if (!archive) throw new MillraceError('missing_requirement', `Maven fetched no archive of Apicurio ${registryVersion}`)
    await run('tar', ['-xzf', archive, '--no-same-owner'], { cwd: dir })
    await rm(join(dir, archive))
  })
  const results = await Promise.allSettled([kafka, registry])
  for (const result of results) if (result.status === 'rejected') throw result.reason
  return { kafkaLib, registryJar: join(registryDir, `apicurio-registry-app-${registryVersion}-runner.jar`) }
}
