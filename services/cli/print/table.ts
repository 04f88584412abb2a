import { stripVTControlCharacters } from 'node:util'

/** A column: its heading, and what it shows of a row. */
export interface Column<T> {
  readonly heading: string
  readonly of: (row: T) => string | number | null | undefined
  readonly align?: 'right'
}

/** Aligned text, a line a row under a line of headings; colours do not count. Control characters of others' texts are not let through. */
export const table = <T>(rows: readonly T[], columns: readonly Column<T>[]): string => {
  const cells = [columns.map(({ heading }) => heading), ...rows.map((row) => columns.map(({ of }) => shown(of(row))))]
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => width(line[i] ?? ''))))
  return cells
    .map((line) =>
      line
        .map((cell, i) => padded(cell, widths[i] ?? 0, columns[i]?.align === 'right'))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

const shown = (value: string | number | null | undefined): string => (value === null || value === undefined || value === '' ? '-' : oneLine(String(value)))

/** Line breaks and control characters as spaces; our own colours stay. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const oneLine = (text: string): string => text.replace(/(?!\u001b\[\d{1,2}m)[\u0000-\u001f\u007f-\u009f]/g, ' ')

const width = (text: string): number => stripVTControlCharacters(text).length

const padded = (text: string, to: number, right: boolean): string => {
  const fill = ' '.repeat(Math.max(0, to - width(text)))
  return right ? fill + text : text + fill
}
