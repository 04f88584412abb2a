export interface CodePiece {
  readonly kind: 'plain' | 'comment' | 'string' | 'keyword'
  readonly text: string
}

const keywords =
  'as|async|await|break|case|catch|class|const|continue|default|else|export|extends|false|finally|for|from|function|if|import|in|interface|let|new|null|of|return|satisfies|switch|throw|true|try|type|typeof|undefined|while'

// Inside one line: a comment to its end, a quoted text, a keyword. Texts and comments over several lines stay plain: enough to read by, and never wrong by much.
const pattern = new RegExp(
  String.raw`(?<comment>(?<![:\w])\/\/.*|^\s*\/?\*.*)|(?<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|${'`'}(?:\\.|[^${'`'}\\])*${'`'})|\b(?<keyword>${keywords})\b`,
  'g',
)

/** A line of TypeScript, cut for colour. Joined again the pieces are the line. */
export const codePieces = (line: string): readonly CodePiece[] => {
  const pieces: CodePiece[] = []
  let from = 0
  for (const match of line.matchAll(pattern)) {
    if (match.index > from) pieces.push({ kind: 'plain', text: line.slice(from, match.index) })
    const kind = match.groups?.comment === undefined ? (match.groups?.string === undefined ? 'keyword' : 'string') : 'comment'
    pieces.push({ kind, text: match[0] })
    from = match.index + match[0].length
  }
  if (from < line.length || pieces.length === 0) pieces.push({ kind: 'plain', text: line.slice(from) })
  return pieces
}
