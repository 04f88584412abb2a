import { getRouteApi } from '@tanstack/react-router'
import { useSource } from '../../data/use-source.ts'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'
import { codePieces } from './code-pieces.ts'
import { codeTones } from './code-tones.ts'

const route = getRouteApi('/dags/$dagId')

/** The DAG's file as it is in force. */
export const CodeTab = () => {
  const { dagId } = route.useParams()
  const source = useSource(dagId, null)
  if (source.error) return <ErrorNote error={source.error} onRetry={() => void source.refetch()} />
  if (!source.data) return null
  if (source.data.content === null) return <EmptyState title={text.code.title}>{text.code.none}</EmptyState>
  return (
    <div className="h-full overflow-auto">
      <ol aria-label={text.code.title} className="min-w-max py-2 font-mono text-xs leading-5">
        {source.data.content
          .replace(/\n$/, '')
          .split('\n')
          .map((line, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line of a file is known by its number.
            <li key={at} className="flex hover:bg-hover">
              <span className="tabular w-14 shrink-0 pr-4 text-right text-faint select-none">{at + 1}</span>
              <code className="pr-4 whitespace-pre">
                {codePieces(line).map((piece, n) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move within their line.
                  <span key={n} className={codeTones[piece.kind]}>
                    {piece.text}
                  </span>
                ))}
              </code>
            </li>
          ))}
      </ol>
    </div>
  )
}
