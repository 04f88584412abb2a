import type { WaitReasons } from '../../api/types.ts'
import { text } from '../../strings/text.ts'
import { WaitFacts } from './wait-facts.tsx'

interface Props {
  readonly dagId: string
  readonly runId: string
  readonly why: WaitReasons
  /** Sentences only. */
  readonly brief?: boolean
}

/** Reasons in the order in which they hold: each as a sentence, and the facts it is made of. */
export const WhyList = ({ dagId, runId, why, brief = false }: Props) => {
  if (why.reasons.length === 0) return <p className="text-soft">{text.waits.nothing}</p>
  return (
    <ol className="flex flex-col gap-2">
      {why.reasons.map((reason, at) => (
        <li key={reason.kind} data-reason={reason.kind} className={at === 0 ? '' : 'text-soft'}>
          <p className="break-words">{reason.sentence}</p>
          {!brief && <WaitFacts dagId={dagId} runId={runId} facts={reason.facts} />}
        </li>
      ))}
    </ol>
  )
}
