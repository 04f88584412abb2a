import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MillraceError } from '../../core/errors.ts'

/** Partition of task-logs -> next offset: in the logs folder itself, so that the two cannot come apart. Behind the files, never ahead. */
export type LogPositions = Readonly<Record<string, number>>

/** No dag_id's folder begins with a dot (core/log-path.ts). */
const fileName = '.positions.json'

interface Stored {
  /** Another topic (another prefix, another cluster) has other offsets. */
  readonly topic: string
  readonly positions: LogPositions
}

export const readLogPositions = async (logsDir: string, topic: string): Promise<LogPositions> => {
  await mkdir(logsDir, { recursive: true })
  let text: string
  try {
    text = await readFile(join(logsDir, fileName), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
    throw error
  }
  try {
    const stored = JSON.parse(text) as Stored
    return stored.topic === topic ? stored.positions : {}
  } catch (cause) {
    throw new MillraceError(
      'position_lost',
      `${join(logsDir, fileName)} is damaged: delete it, and the logs of the last 7 days are read again (no line is written twice)`,
      { cause },
    )
  }
}

/** Whole or not at all. */
export const writeLogPositions = async (logsDir: string, topic: string, positions: LogPositions): Promise<void> => {
  const path = join(logsDir, fileName)
  await writeFile(`${path}.new`, JSON.stringify({ topic, positions } satisfies Stored))
  await rename(`${path}.new`, path)
}
