/** What comes down a child's two pipes, as log lines: cut at 16 KiB, secrets masked; and the control lines among them. */
import type { Readable } from 'node:stream'
import type { LogLine } from '../../schemas/generated/records.ts'
import type { Masker } from '../holder/mask.ts'
import { makeLineReader } from './line-reader.ts'

/**
 * Control lines of a child: `E <seq>` the attempt's output ends here; `M <json>` a secret; `L <json [at, level, text]>` a line with a level.
 * They go down the pipes, not the IPC channel, because they must keep their place among what the task prints.
 */
export interface OutputEvents {
  readonly onLine: (line: LogLine) => void
  /** The pipe has given everything up to the end of the attempt number `seq`. */
  readonly onEnd: (stream: 'out' | 'err', seq: number) => void
}

const maxTextBytes = 16_384
/** Read beyond the cut, so that a secret across it is seen whole before it is masked. */
const slackBytes = 4_096

export const readOutput = (pipe: Readable, stream: 'out' | 'err', nonce: string, masker: Masker, { onLine, onEnd }: OutputEvents): void => {
  const reader = makeLineReader(nonce, 8 * (maxTextBytes + slackBytes), {
    onLine: (bytes, cut) => {
      const end = bytes[bytes.length - 1] === 0x0d ? bytes.length - 1 : bytes.length
      const raw = bytes.toString('utf8', 0, Math.min(end, maxTextBytes + slackBytes))
      onLine({ at: Date.now(), stream, level: 'info', text: cutText(masker.mask(raw), cut + Math.max(0, end - maxTextBytes - slackBytes)) })
    },
    onControl: (rest) => {
      const body = rest.slice(2)
      if (rest.startsWith('E ')) onEnd(stream, Number(body))
      else if (rest.startsWith('M ')) masker.add(JSON.parse(body))
      else if (rest.startsWith('L ')) {
        const [at, level, text] = JSON.parse(body)
        onLine({ at, stream, level, text: cutText(masker.mask(text), 0) })
      }
    },
  })
  pipe.on('data', (chunk: Buffer) => reader.push(chunk))
  pipe.on('end', () => reader.end())
}

const ellipsis = ' … (line cut at 16 KiB)'

/** `dropped`: bytes already missing; then the last of what is left may be half a secret and goes, too. */
export const cutText = (text: string, dropped: number): string => {
  const bytes = Buffer.byteLength(text)
  if (dropped === 0 && bytes <= maxTextBytes) return text
  const keep = Math.min(maxTextBytes - Buffer.byteLength(ellipsis), dropped > 0 ? Math.max(0, bytes - slackBytes) : Number.POSITIVE_INFINITY)
  const buffer = Buffer.from(text)
  let end = Math.min(keep, buffer.length)
  while (end > 0 && ((buffer[end] ?? 0) & 0xc0) === 0x80) end-- // not inside a character
  return buffer.toString('utf8', 0, end) + ellipsis
}
