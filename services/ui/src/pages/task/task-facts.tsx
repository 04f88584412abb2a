import type { TaskInstance, TaskTry } from '../../api/types.ts'
import type { InstanceName } from '../../data/use-task-instance.ts'
import { useXcoms } from '../../data/use-xcoms.ts'
import { CopyId } from '../../parts/copy-id.tsx'
import { Duration } from '../../parts/duration.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { JsonText } from '../../parts/json-text.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'
import { SubjectNote } from '../change/subject-note.tsx'
import { useInstanceSubject } from '../change/use-instance-subject.ts'
import { TriggerFacts } from './trigger-facts.tsx'

interface Props {
  readonly name: InstanceName
  readonly instance: TaskInstance
  /** The try that is shown; its worker and times stand over those of the instance. */
  readonly shown: TaskTry | undefined
}

/** Everything known about a task instance but its log. */
export const TaskFacts = ({ name, instance, shown }: Props) => {
  const xcoms = useXcoms(name)
  const subject = useInstanceSubject(name)
  const one = shown && shown.try_number !== instance.try_number ? shown : instance
  const rendered = Object.entries(instance.rendered_fields)
  return (
    <>
      <Facts>
        <Fact name={text.task.duration}>
          <Duration start={one.start_date} end={one.end_date} />
        </Fact>
        <Fact name={text.task.started}>
          <Time at={one.start_date} exact />
        </Fact>
        <Fact name={text.task.ended}>
          <Time at={one.end_date} exact />
        </Fact>
        {instance.due_date && !instance.trigger && one === instance && (
          <Fact name={text.task.goesOn}>
            <Time at={instance.due_date} />
          </Fact>
        )}
        {one.reason && <Fact name={text.task.reason}>{one.reason}</Fact>}
        <Fact name={text.task.tries}>{one.try_number === 0 ? '–' : text.task.ofTries(one.try_number, Math.max(one.max_tries, one.try_number))}</Fact>
        <Fact name={text.task.operator}>{one.operator_name ?? one.operator ?? '–'}</Fact>
        {one.worker && (
          <Fact name={text.task.worker}>
            <CopyId value={one.worker} what={text.task.worker} />
          </Fact>
        )}
        {one.hostname && (
          <Fact name={text.task.host}>
            {one.hostname}
            {one.pid !== null && <span className="tabular text-soft">{` · ${text.task.pid.toLowerCase()} ${one.pid}`}</span>}
          </Fact>
        )}
        <Fact name={text.task.queue}>{one.queue ?? 'default'}</Fact>
        <Fact name={text.task.pool}>
          {one.pool} <span className="text-soft">· {text.task.slots(one.pool_slots)}</span>
        </Fact>
        <Fact name={text.note.label}>
          <SubjectNote subject={subject} note={instance.note} />
        </Fact>
      </Facts>
      {one.error && (
        <Section title={text.task.error}>
          <p className="break-words text-bad">
            {one.error.type}: {one.error.message}
          </p>
          {one.error.stack && <JsonText value={one.error.stack} />}
        </Section>
      )}
      {instance.trigger && one === instance && <TriggerFacts trigger={instance.trigger} until={instance.due_date} />}
      <Section title={text.task.rendered}>
        {rendered.length === 0 && <p className="text-soft">{text.task.noRendered}</p>}
        {rendered.map(([field, value]) => (
          <div key={field} className="mb-2">
            <h4 className="font-mono text-xs text-soft">{field}</h4>
            <JsonText value={value} />
          </div>
        ))}
      </Section>
      <Section title={text.task.xcoms}>
        {xcoms.error && <ErrorNote error={xcoms.error} onRetry={() => void xcoms.refetch()} />}
        {xcoms.data?.length === 0 && <p className="text-soft">{text.task.noXcoms}</p>}
        {xcoms.data?.map((entry) => (
          <div key={entry.key} className="mb-2">
            <h4 className="font-mono text-xs text-soft">{entry.key}</h4>
            <JsonText value={entry.value} />
          </div>
        ))}
      </Section>
    </>
  )
}
