import type { DagRun } from '../../api/types.ts'
import { useUpstreamEvents } from '../../data/use-asset-events.ts'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Section } from '../../parts/section.tsx'
import { text } from '../../strings/text.ts'
import { EventRow } from '../datasets/event-row.tsx'

interface Props {
  readonly run: DagRun
}

/** The dataset events that a run took: why it is there. */
export const RunEvents = ({ run }: Props) => {
  const isTriggered = run.run_type === 'dataset_triggered'
  const events = useUpstreamEvents(run.dag_id, run.dag_run_id, isTriggered)
  if (!isTriggered) return null
  return (
    <Section title={text.datasets.tookEvents}>
      {events.error && <ErrorNote error={events.error} onRetry={() => void events.refetch()} />}
      <ul className="-mx-4 border-t">
        {events.data?.asset_events.map((event) => (
          <EventRow key={`${event.asset_id}/${event.event_id}`} event={event} withUri />
        ))}
      </ul>
    </Section>
  )
}
