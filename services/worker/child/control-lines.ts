/** The child's end of task-output.ts: control lines keep their place among what the task prints. */
import type { Writable } from 'node:stream'

export interface ControlLines {
  log(level: string, text: string): void
  /** Told on both pipes, before anything that may hold it can be printed. */
  secret(value: string): void
  /** Resolves when both pipes have taken everything up to here. */
  end(seq: number): Promise<void>
  /** Whether nothing was written to either pipe since the last `end` or `isQuiet`. A false no costs two lines. */
  isQuiet(): boolean
}

/** Beyond what a line may keep; the worker masks first and cuts then. */
const maxTextChars = 20_480

export const makeControlLines = (nonce: string, out: Writable, err: Writable): ControlLines => {
  holdWriter(out)
  holdWriter(err)
  // Taken once: user code may replace process.stdout.write.
  const writeOut = out.write.bind(out) as (text: string, done?: () => void) => boolean
  const writeErr = err.write.bind(err) as typeof writeOut
  let bytesBefore = bytesWritten(out, err)
  const line = (body: string): string => `\n\0${nonce} ${body}\n`
  return {
    log(level, text) {
      const at = Date.now()
      for (const part of text.split(/\r?\n/))
        writeOut(line(`L ${JSON.stringify([at, level, part.slice(0, maxTextChars), Math.max(0, part.length - maxTextChars)])}`))
    },
    secret(value) {
      const body = line(`M ${JSON.stringify(value)}`)
      writeOut(body)
      writeErr(body)
    },
    end: (seq) =>
      new Promise((resolve) => {
        let open = 2
        const done = (): void => {
          if (--open === 0) resolve()
        }
        writeOut(line(`E ${seq}`), done)
        writeErr(line(`E ${seq}`), done)
        bytesBefore = bytesWritten(out, err)
      }),
    isQuiet() {
      const before = bytesBefore
      bytesBefore = bytesWritten(out, err)
      return bytesBefore === before
    },
  }
}

/** Not a number where the streams do not count: then nothing is ever quiet. */
const bytesWritten = (...pipes: readonly Writable[]): number =>
  pipes.reduce((sum, pipe) => sum + ((pipe as { readonly bytesWritten?: number }).bytesWritten ?? Number.NaN), 0)

/**
 * Node writes to these pipes asynchronously and keeps in memory what the worker does not take yet. Blocking writes hold the task itself back instead:
 * one that prints 1 GB in a loop waits for its reader.
 */
const holdWriter = (pipe: Writable): void => {
  const { _handle: handle } = pipe as { readonly _handle?: { setBlocking?(blocking: boolean): void } }
  handle?.setBlocking?.(true)
}
