/** `import config from './config.yaml'` in a DAG file: what the YAML says is in the bundle, as with JSON. */
import { readFile } from 'node:fs/promises'
import type { PartialMessage, Plugin } from 'esbuild'
import { LineCounter, parseDocument } from 'yaml'
import { ensureError } from '../core/errors.ts'

export const yamlImports: Plugin = {
  name: 'yaml-imports',
  setup(build) {
    build.onLoad({ filter: /\.ya?ml$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const lines = new LineCounter()
      const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
      const message = (says: string, offset: number): PartialMessage => {
        const { line, col } = lines.linePos(offset)
        return { text: says, location: { file: path, line, column: col - 1, lineText: text.split('\n')[line - 1] ?? '' } }
      }
      const errors = [...document.errors, ...document.warnings].map((each) => message(each.message, each.pos[0]))
      if (errors.length > 0) return { errors }
      try {
        return { contents: JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null), loader: 'json' }
      } catch (thrown) {
        return { errors: [message(ensureError(thrown).message, 0)] }
      }
    })
  },
}
