import { useMemo, useState } from 'react'
import { text } from '../../strings/text.ts'
import { codePieces } from '../dag/code-pieces.ts'
import { codeTones } from '../dag/code-tones.ts'
import { type DiffLine, foldDiff, lineDiff } from './line-diff.ts'

interface Props {
  readonly before: string
  readonly after: string
  readonly codeChanged: boolean
}

const { versions: words } = text
const tints = { same: '', added: 'bg-[color-mix(in_srgb,var(--state-success)_14%,transparent)]', removed: 'bg-bad-tint' } as const
const signs = { same: ' ', added: '+', removed: '−' } as const

const Line = ({ line }: { readonly line: DiffLine }) => (
  <div className={`flex ${tints[line.kind]}`}>
    <span className="tabular w-10 shrink-0 pr-2 text-right text-faint select-none">{line.before}</span>
    <span className="tabular w-10 shrink-0 pr-2 text-right text-faint select-none">{line.after}</span>
    <span className="w-4 shrink-0 text-soft">{signs[line.kind]}</span>
    <code className="pr-4 whitespace-pre">
      {codePieces(line.text).map((piece, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: pieces never move within their line.
        <span key={n} className={codeTones[piece.kind]}>
          {piece.text}
        </span>
      ))}
    </code>
  </div>
)

/** The lines of a DAG's file that changed, with a few around them; the rest unfolds. */
export const SourceDiff = ({ before, after, codeChanged }: Props) => {
  const lines = useMemo(() => lineDiff(before, after), [before, after])
  const blocks = useMemo(() => foldDiff(lines), [lines])
  const [unfolded, setUnfolded] = useState<ReadonlySet<number>>(new Set())
  const count = (kind: DiffLine['kind']): number => lines.filter((line) => line.kind === kind).length
  if (before === after) return <p className="text-soft">{codeChanged ? words.sameSource : words.sameCode}</p>
  return (
    <>
      <p className="tabular mb-1 text-soft">{words.changedLines(count('added'), count('removed'))}</p>
      <div className="overflow-x-auto rounded-md border py-1 font-mono text-xs leading-5">
        <div className="min-w-max">
          {blocks.map((block) => {
            if (block.kind === 'folded' && !unfolded.has(block.at))
              return (
                <button
                  key={`fold ${block.at}`}
                  type="button"
                  onClick={() => setUnfolded(new Set([...unfolded, block.at]))}
                  className="sticky left-0 block w-full bg-surface px-4 text-left font-sans text-soft hover:text-accent"
                >
                  {words.unchanged(block.count)}
                </button>
              )
            const shown = block.kind === 'folded' ? lines.slice(block.at, block.at + block.count) : block.lines
            return shown.map((line) => <Line key={`${line.before} ${line.after}`} line={line} />)
          })}
        </div>
      </div>
    </>
  )
}
