/** The file of a try, from a line on. A last line without its end is still being written: it is not there yet. */
import { type FileHandle, open } from 'node:fs/promises'
import { StringDecoder } from 'node:string_decoder'
import type { LogMessage } from '../../../schemas/http/logs.ts'
import { parseLogLine } from '../../core/log-line.ts'

/** Where a reader stands in a file that only grows. */
export interface LogCursor {
  /** Bytes read, up to a line's end. */
  readonly bytes: number
  /** Number of the next line. */
  readonly line: number
}

export const logStart: LogCursor = { bytes: 0, line: 0 }

export interface LogPiece {
  readonly lines: readonly LogMessage[]
  readonly cursor: LogCursor
  /** There was more than asked for. */
  readonly isCut: boolean
}

const pieceBytes = 256 * 1024

/** Lines from the cursor on, those below `from` left out, at most `maxLines`. A file that is not there has none. */
export const readLogLines = async (path: string, cursor: LogCursor, from: number, maxLines: number): Promise<LogPiece> => {
  const file = await openIfThere(path)
  if (file === null) return { lines: [], cursor, isCut: false }
  try {
    return await readOn(file, cursor, from, maxLines)
  } finally {
    await file.close()
  }
}

const readOn = async (file: FileHandle, start: LogCursor, from: number, maxLines: number): Promise<LogPiece> => {
  const lines: LogMessage[] = []
  const decoder = new StringDecoder('utf8')
  const buffer = Buffer.alloc(pieceBytes)
  let { bytes, line } = start
  let position = bytes
  let rest = ''
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, position)
    if (bytesRead === 0) return { lines, cursor: { bytes, line }, isCut: false }
    position += bytesRead
    const texts = (rest + decoder.write(buffer.subarray(0, bytesRead))).split('\n')
    rest = texts.pop() ?? ''
    for (const text of texts) {
      if (lines.length >= maxLines) return { lines, cursor: { bytes, line }, isCut: true }
      if (line >= from) lines.push(messageOf(text, line))
      line++
      bytes += Buffer.byteLength(text) + 1
    }
  }
}

const messageOf = (text: string, line: number): LogMessage => {
  const parsed = parseLogLine(text)
  return parsed
    ? { timestamp: parsed.time, stream: parsed.stream, level: parsed.level, event: parsed.text, line }
    : { timestamp: null, stream: 'out', level: 'info', event: text, line }
}

const openIfThere = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}
