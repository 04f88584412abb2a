import type { InstanceName } from '../../data/use-task-instance.ts'
import { useWhy } from '../../data/use-why.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { text } from '../../strings/text.ts'
import { WhyList } from './why-list.tsx'

interface Props {
  readonly name: InstanceName
}

/** Why a task instance waits, at the top of what is shown of it. */
export const WhySection = ({ name }: Props) => {
  const why = useWhy(name, true)
  if (why.error) return <ErrorNote error={why.error} onRetry={() => void why.refetch()} />
  return (
    <section aria-label={text.waits.title} aria-live="polite" className="mx-4 my-3 min-h-14 rounded-lg bg-surface px-3 py-2">
      <h3 className="mb-0.5 font-semibold">{text.waits.title}</h3>
      {why.data && <WhyList dagId={name.dagId} runId={name.runId} why={why.data} />}
    </section>
  )
}
