import type { LogLine } from '../../../api/types.ts'
import type { InstanceName } from '../../../data/use-task-instance.ts'
import { plainLine } from './log-pieces.ts'

/** The lines as a text file: time, level, words, without colours. */
export const logText = (lines: readonly LogLine[]): string =>
  lines.map((line) => `${line.timestamp ?? ''} ${line.level.toUpperCase().padEnd(7)} ${plainLine(line.event)}\n`).join('')

/** Hands the lines over as a file named after the try. */
export const downloadLog = ({ dagId, runId, taskId }: InstanceName, tryNumber: number, lines: readonly LogLine[]): void => {
  const url = URL.createObjectURL(new Blob([logText(lines)], { type: 'text/plain' }))
  const link = document.createElement('a')
  link.href = url
  link.download = `${[dagId, runId, taskId, tryNumber].join('_').replaceAll(/[^\w.+-]/g, '-')}.log`
  link.click()
  URL.revokeObjectURL(url)
}
