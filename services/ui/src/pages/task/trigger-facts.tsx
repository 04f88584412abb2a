import type { TaskInstance } from '../../api/types.ts'
import { Fact, Facts } from '../../parts/facts.tsx'
import { JsonText } from '../../parts/json-text.tsx'
import { Section } from '../../parts/section.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'

interface Props {
  readonly trigger: NonNullable<TaskInstance['trigger']>
  /** Until when it waits at most. */
  readonly until: string | null
}

const { trigger: words } = text.task

/** What a deferred task waits for, since when and until when. */
export const TriggerFacts = ({ trigger, until }: Props) => (
  <Section title={words.title}>
    <Facts>
      <Fact name={words.kind}>{trigger.classpath}</Fact>
      <Fact name={words.since}>
        <Time at={trigger.created_date} exact />
      </Fact>
      <Fact name={words.until}>{until === null ? words.noLimit : <Time at={until} exact />}</Fact>
    </Facts>
    {trigger.kwargs === null ? <p className="text-soft">{words.tooLong}</p> : <JsonText value={JSON.parse(trigger.kwargs)} />}
  </Section>
)
