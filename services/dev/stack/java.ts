import { existsSync, realpathSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { MillraceError } from '../../core/errors.ts'

/** Path of the `java` to run: of JAVA_HOME when set, else of the PATH. */
export const findJava = (env: { readonly JAVA_HOME?: string | undefined; readonly PATH?: string | undefined }): string => {
  const dirs = env.JAVA_HOME ? [join(env.JAVA_HOME, 'bin')] : (env.PATH ?? '').split(delimiter)
  const found = dirs.map((dir) => join(dir, 'java')).find((path) => existsSync(path))
  if (found) return realpathSync(found)
  throw new MillraceError(
    'missing_requirement',
    env.JAVA_HOME
      ? `there is no Java in JAVA_HOME (${env.JAVA_HOME}): correct it, or unset it`
      : 'Java is missing: Kafka and the schema registry need Java 17 or newer (Debian/Ubuntu: apt-get install default-jre-headless; macOS: brew install openjdk@17)',
  )
}

/** Flags for a server that starts quickly and stays small. */
export const smallJvm = (heapMb: number): string[] => [
  `-Xmx${heapMb}m`,
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-Xshare:auto',
  '-Djava.awt.headless=true',
]
