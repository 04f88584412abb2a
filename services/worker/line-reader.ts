/**
 * Cuts a pipe's bytes into lines without ever holding more than one of at most `maxLineBytes`, and takes the child's control lines out of the stream.
 * A control line is `\0<nonce> <rest>`; the child writes a line end before each, so that it begins a line whatever the task had printed: the
 * one empty line that may stand before a control line is therefore not the task's.
 */
export interface LineReader {
  push(chunk: Buffer): void
  /** The pipe is closed: an unfinished line is a line. */
  end(): void
}

export interface LineEvents {
  /** `cut`: bytes that were dropped from its end. */
  readonly onLine: (bytes: Buffer, cut: number) => void
  readonly onControl: (rest: string) => void
}

const lineEnd = 0x0a
const empty = Buffer.alloc(0)

export const makeLineReader = (nonce: string, maxLineBytes: number, { onLine, onControl }: LineEvents): LineReader => {
  const prefix = Buffer.from(`\0${nonce} `)
  let parts: Buffer[] = []
  let held = 0
  let cut = 0
  let emptyLineWaits = false

  const take = (bytes: Buffer): void => {
    const room = maxLineBytes - held
    if (room >= bytes.length) {
      parts.push(bytes)
      held += bytes.length
      return
    }
    // A copy: a slice would keep the whole chunk alive.
    if (room > 0) parts.push(Buffer.from(bytes.subarray(0, room)))
    held += Math.max(0, room)
    cut += bytes.length - Math.max(0, room)
  }
  const flushEmpty = (): void => {
    if (emptyLineWaits) onLine(empty, 0)
    emptyLineWaits = false
  }
  const finish = (): void => {
    const line = parts.length === 1 ? (parts[0] ?? empty) : Buffer.concat(parts)
    const dropped = cut
    parts = []
    held = 0
    cut = 0
    if (line[0] === 0 && line.subarray(0, prefix.length).equals(prefix)) {
      emptyLineWaits = false
      onControl(line.toString('utf8', prefix.length))
      return
    }
    flushEmpty()
    if (line.length === 0) emptyLineWaits = true
    else onLine(line, dropped)
  }
  return {
    push(chunk) {
      let from = 0
      for (let at = chunk.indexOf(lineEnd); at !== -1; at = chunk.indexOf(lineEnd, from)) {
        take(chunk.subarray(from, at))
        finish()
        from = at + 1
      }
      // What waits for its line end is copied, else it would hold the pipe's 64 KiB buffer.
      if (from < chunk.length) take(Buffer.from(chunk.subarray(from)))
    },
    end() {
      if (held > 0) finish()
      flushEmpty()
    },
  }
}
