import type { Reach } from '../../data/change-subject.ts'
import { CheckField } from '../../parts/check-field.tsx'
import { FieldRow } from '../../parts/field-row.tsx'
import { text } from '../../strings/text.ts'

interface Props {
  readonly reach: Reach
  readonly onChange: (part: Partial<Reach>) => void
  /** Several runs are chosen already: other runs are no question. */
  readonly withinRuns?: boolean
}

const { changes } = text

/** Which instances beside the one chosen. */
export const ReachFields = ({ reach, onChange, withinRuns = false }: Props) => (
  <FieldRow label={changes.also}>
    <CheckField label={changes.upstream} hint={changes.upstreamHint} checked={reach.upstream} onChange={(upstream) => onChange({ upstream })} />
    <CheckField label={changes.downstream} hint={changes.downstreamHint} checked={reach.downstream} onChange={(downstream) => onChange({ downstream })} />
    {!withinRuns && (
      <>
        <CheckField label={changes.past} hint={changes.pastHint} checked={reach.past} onChange={(past) => onChange({ past })} />
        <CheckField label={changes.future} hint={changes.futureHint} checked={reach.future} onChange={(future) => onChange({ future })} />
      </>
    )}
  </FieldRow>
)
