export interface MarkedPiece {
  readonly text: string
  readonly match: boolean
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one.
const escapes = /\u001b\[[0-9;?]*[ -/]*[@-~]|\u001b\][^\u0007]*(?:\u0007|\u001b\\)/g

/** A line without its colours: what is searched and downloaded. */
export const plainLine = (line: string): string => (line.includes('\u001b') ? line.replaceAll(escapes, '') : line)

/** Numbers of the lines that contain the query, in any case. */
export const matchingLines = (lines: readonly { readonly event: string }[], query: string): readonly number[] => {
  const wanted = query.toLowerCase()
  if (wanted === '') return []
  const found: number[] = []
  lines.forEach((line, at) => {
    if (plainLine(line.event).toLowerCase().includes(wanted)) found.push(at)
  })
  return found
}

/** A line cut at what matches. Joined again the pieces are the line. */
export const markedPieces = (line: string, query: string): readonly MarkedPiece[] => {
  const low = line.toLowerCase()
  const wanted = query.toLowerCase()
  // Some letters change their length in lower case: then places in one are no places in the other, and the line stays unmarked.
  if (wanted === '' || low.length !== line.length) return [{ text: line, match: false }]
  const pieces: MarkedPiece[] = []
  let from = 0
  for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: line.slice(from, at), match: false })
    pieces.push({ text: line.slice(at, at + wanted.length), match: true })
    from = at + wanted.length
  }
  if (from < line.length || pieces.length === 0) pieces.push({ text: line.slice(from), match: false })
  return pieces
}
