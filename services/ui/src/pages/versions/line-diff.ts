export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed'
  readonly text: string
  /** Line numbers, from 1; null where the line is not there. */
  readonly before: number | null
  readonly after: number | null
}

export type DiffBlock =
  | { readonly kind: 'lines'; readonly lines: readonly DiffLine[] }
  | { readonly kind: 'folded'; readonly count: number; readonly at: number }

/** Above this the middle of two texts is shown as replaced: no reader follows more, and the table would not fit. */
const mostCells = 4_000_000
const context = 3

const linesOf = (text: string): readonly string[] => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

/** The lines of two texts as one list: kept, removed, added; removed ones before added ones. The fewest changes that do it. */
export const lineDiff = (before: string, after: string): readonly DiffLine[] => {
  const a = linesOf(before)
  const b = linesOf(after)
  let head = 0
  while (head < a.length && head < b.length && a[head] === b[head]) head++
  let tail = 0
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const result: DiffLine[] = []
  const same = (i: number, j: number): void => void result.push({ kind: 'same', text: a[i] ?? '', before: i + 1, after: j + 1 })
  const remove = (i: number): void => void result.push({ kind: 'removed', text: a[i] ?? '', before: i + 1, after: null })
  const add = (j: number): void => void result.push({ kind: 'added', text: b[j] ?? '', before: null, after: j + 1 })

  for (let i = 0; i < head; i++) same(i, i)
  const rows = a.length - tail - head
  const columns = b.length - tail - head
  const width = columns + 1
  const keeps = rows * columns <= mostCells ? commonLengths(a, b, head, rows, columns) : null
  let i = 0
  let j = 0
  while (i < rows || j < columns) {
    if (keeps && i < rows && j < columns && a[head + i] === b[head + j]) same(head + i++, head + j++)
    else if (j >= columns || (i < rows && (!keeps || (keeps[(i + 1) * width + j] ?? 0) >= (keeps[i * width + j + 1] ?? 0)))) remove(head + i++)
    else add(head + j++)
  }
  for (let n = tail; n > 0; n--) same(a.length - n, b.length - n)
  return result
}

/** For each pair of places the length of the longest common sequence of what follows. */
const commonLengths = (a: readonly string[], b: readonly string[], head: number, rows: number, columns: number): Uint32Array => {
  const width = columns + 1
  const lengths = new Uint32Array((rows + 1) * width)
  for (let i = rows - 1; i >= 0; i--)
    for (let j = columns - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[head + i] === b[head + j] ? (lengths[(i + 1) * width + j + 1] ?? 0) + 1 : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0)
  return lengths
}

/** The same with long stretches of kept lines folded, but for some lines around each change. */
export const foldDiff = (lines: readonly DiffLine[]): readonly DiffBlock[] => {
  const near = new Uint8Array(lines.length)
  lines.forEach(({ kind }, at) => {
    if (kind !== 'same') near.fill(1, Math.max(0, at - context), at + context + 1)
  })
  const blocks: DiffBlock[] = []
  for (let at = 0; at < lines.length; ) {
    let end = at
    while (end < lines.length && near[end] === near[at]) end++
    blocks.push(near[at] ? { kind: 'lines', lines: lines.slice(at, end) } : { kind: 'folded', count: end - at, at })
    at = end
  }
  return blocks
}
