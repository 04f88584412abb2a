import { createReadStream } from 'node:fs'
import { appendFile, mkdir, readFile, truncate } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { LogChunk } from '../../../schemas/generated/records.ts'
import { logLineText } from '../../core/log-line.ts'
import { logEndMark, sidecarOf } from '../../core/log-path.ts'
import { appending, parseSegments, type Segment, segmentText } from './segments.ts'

/** A try's file, open in this process. */
export interface LogFile {
  /** Adds what is not there yet, in one append. */
  add(chunks: readonly LogChunk[]): Promise<void>
}

export const openLogFile = async (path: string): Promise<LogFile> => {
  const sidecar = sidecarOf(path)
  let fileLines = await wholeLines(path)
  // Notes about a file without lines are about lines that never came.
  let segments: Segment[] = fileLines === 0 ? [] : parseSegments(await textOf(sidecar), fileLines)
  let made = fileLines > 0

  return {
    async add(chunks) {
      let text = ''
      let notes = ''
      let lines = fileLines
      const noted = [...segments]
      for (const chunk of chunks) {
        const { known, segment } = appending(noted, lines, chunk.token, chunk.seq, chunk.lines.length)
        if (segment) {
          noted.push(segment)
          notes += segmentText(segment)
        }
        for (const line of chunk.lines.slice(known)) {
          text += logLineText(line)
          lines++
        }
        if (chunk.last) notes += `${logEndMark}\n`
      }
      if (!made) await mkdir(dirname(path), { recursive: true })
      made = true
      // The note first: one about lines that did not make it is passed over when the file is opened again.
      if (notes !== '') await appendFile(sidecar, notes)
      if (text !== '') await appendFile(path, text)
      segments = noted
      fileLines = lines
    },
  }
}

const textOf = async (path: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** How many lines the file has; a last one that a crash cut off is taken away. */
const wholeLines = async (path: string): Promise<number> => {
  let lines = 0
  let end = 0
  let size = 0
  try {
    for await (const piece of createReadStream(path) as AsyncIterable<Buffer>) {
      for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) {
        lines++
        end = size + at + 1
      }
      size += piece.length
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0
    throw error
  }
  if (end < size) await truncate(path, end)
  return lines
}
