/**
 * Which lines of which queueing of a try lie where in its file. A try is one file, but it may be queued several times (a sensor that pokes, an
 * attempt that was lost), each with a token and line numbers of its own from 0. A segment says: from line `base` of the file on stand the
 * lines of `token` from number `seq` on. The file's own number of lines says where the last segment ends, so nothing is written twice and
 * nothing is lost, whatever crashes between the two files.
 */
export interface Segment {
  readonly token: string
  /** Number of its first line within the queueing. */
  readonly seq: number
  /** Number of the same line within the file. */
  readonly base: number
}

export interface Appending {
  /** How many of the given lines are there already. */
  readonly known: number
  /** To be noted before the lines are written; null: they go on with the last segment. */
  readonly segment: Segment | null
}

/** What to do with lines `seq..` of `token`, given the segments and the number of lines in the file. */
export const appending = (segments: readonly Segment[], fileLines: number, token: string, seq: number, lines: number): Appending => {
  const have = nextSeq(segments, fileLines, token)
  const known = have === null ? 0 : Math.min(lines, Math.max(0, have - seq))
  if (known === lines && have !== null) return { known, segment: null }
  const last = segments.at(-1)
  const goesOn = last?.token === token && seq + known === have
  return { known, segment: goesOn ? null : { token, seq: seq + known, base: fileLines } }
}

/** Number of the next line of `token` that is not in the file; null: none is. */
const nextSeq = (segments: readonly Segment[], fileLines: number, token: string): number | null => {
  let next: number | null = null
  for (const [i, segment] of segments.entries()) {
    if (segment.token !== token) continue
    const end = segments[i + 1]?.base ?? fileLines
    next = Math.max(next ?? 0, segment.seq + end - segment.base)
  }
  return next
}

/** One line of the sidecar. */
export const segmentText = ({ token, seq, base }: Segment): string => `${base} ${seq} ${token}\n`

/** A line cut off by a crash, or one about lines that were never written, says nothing. */
export const parseSegments = (text: string, fileLines: number): Segment[] =>
  text
    .split('\n')
    .slice(0, -1)
    .flatMap((line) => {
      const [base, seq, ...token] = line.split(' ')
      const segment = { base: Number(base), seq: Number(seq), token: token.join(' ') }
      return token.length > 0 && Number.isSafeInteger(segment.base) && Number.isSafeInteger(segment.seq) && segment.base <= fileLines ? segment : []
    })
