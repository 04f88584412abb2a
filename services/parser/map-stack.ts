/** Places in a bundle -> places in the files it was made of. */
import { SourceMap } from 'node:module'

export interface Place {
  /** Relative to the DAG folder. */
  readonly file: string
  readonly line: number
  readonly column: number
}

export interface StackMapper {
  /** The stack with every place in the bundle replaced. */
  map(stack: string): string
  /** The first place in this file that the stack names. */
  firstIn(stack: string, file: string): Place | null
  /** The first place outside of packages. */
  first(stack: string): Place | null
}

/** `url`: what stacks call the bundle. `code`: with its inline source map. */
export const makeStackMapper = (url: string, code: string): StackMapper => {
  const payload = inlineMap(code)
  const map = payload === null ? null : new SourceMap(payload as ConstructorParameters<typeof SourceMap>[0])
  const pattern = new RegExp(`${url.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&')}:(\\d+)(?::(\\d+))?`, 'g')
  const placeAt = (line: number, column: number): Place | null => {
    const entry = map?.findEntry(line - 1, column - 1)
    if (entry === undefined || !('originalSource' in entry) || typeof entry.originalLine !== 'number') return null
    return { file: entry.originalSource, line: entry.originalLine + 1, column: entry.originalColumn + 1 }
  }
  const places = (stack: string): readonly Place[] =>
    [...stack.matchAll(pattern)].flatMap(([, line, column]) => placeAt(Number(line), Number(column ?? 1)) ?? [])
  return {
    map: (stack) =>
      stack.replaceAll(pattern, (found, line: string, column: string | undefined) => {
        const place = placeAt(Number(line), Number(column ?? 1))
        return place === null ? found : `${place.file}:${place.line}:${place.column}`
      }),
    firstIn: (stack, file) => places(stack).find((place) => place.file === file) ?? null,
    first: (stack) => places(stack).find((place) => !place.file.includes('node_modules/')) ?? null,
  }
}

const inlineMap = (code: string): unknown => {
  const at = code.lastIndexOf('//# sourceMappingURL=data:application/json;base64,')
  if (at < 0) return null
  return JSON.parse(Buffer.from(code.slice(code.indexOf('base64,', at) + 7).trim(), 'base64').toString('utf8'))
}
