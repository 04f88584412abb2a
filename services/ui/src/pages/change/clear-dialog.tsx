import { type FormEvent, useState } from 'react'
import { type ChangeSubject, type ClearChoice, noReach } from '../../data/change-subject.ts'
import { problemOf } from '../../data/problem.ts'
import { useClear, useClearDryRun } from '../../data/use-clear.ts'
import { useDag } from '../../data/use-dag.ts'
import { useRun } from '../../data/use-run.ts'
import { Button } from '../../parts/button.tsx'
import { CheckField } from '../../parts/check-field.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { DialogFoot } from '../../parts/dialog-foot.tsx'
import { FieldRow } from '../../parts/field-row.tsx'
import { notices } from '../../parts/notices.ts'
import { RadioGroup } from '../../parts/radio-group.tsx'
import { text } from '../../strings/text.ts'
import { clearCommand } from './change-command.ts'
import { ReachFields } from './reach-fields.tsx'
import { subjectLabel } from './subject-label.ts'
import { TouchedList } from './touched-list.tsx'

interface Props {
  readonly subject: ChangeSubject
  readonly onClose: () => void
}

const { changes } = text

/** Clears a task instance and what goes with it, or a whole run, after a look at what that touches. */
export const ClearDialog = ({ subject, onClose }: Props) => {
  // Below a task that runs again nothing is right any more: what Airflow clears without being asked, too.
  const [choice, setChoice] = useState<ClearChoice>({ ...noReach, downstream: subject.what !== 'run', onlyFailed: false, latestVersion: false })
  const change = (part: Partial<ClearChoice>): void => setChoice((now) => ({ ...now, ...part }))
  const touched = useClearDryRun(subject, choice)
  const clear = useClear()
  const { data: dag } = useDag(subject.dagId)
  const { data: run } = useRun(subject.dagId, subject.what === 'range' ? undefined : subject.runId)
  const own = run?.dag_versions.at(-1)?.version_number
  const newest = dag?.latest_dag_version?.version_number
  const total = touched.data?.total_entries ?? 0

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    clear.mutate(
      { subject, choice },
      {
        onSuccess: (answer) => {
          onClose()
          notices.add({
            good: true,
            title: answer || subject.what === 'range' ? changes.cleared(answer?.total_entries ?? 0) : changes.clearedRun(subject.runId),
          })
        },
      },
    )
  }

  return (
    <Dialog title={changes.clearTitle(subjectLabel(subject))} onClose={onClose} wide>
      <form onSubmit={submit} className="flex flex-col gap-3 p-4">
        <p className="text-soft">{changes.clearWords}</p>
        <div>
          {subject.what !== 'run' && <ReachFields reach={choice} onChange={change} withinRuns={subject.what === 'range'} />}
          <FieldRow label={changes.only}>
            <CheckField
              label={changes.onlyFailed}
              hint={changes.onlyFailedHint}
              checked={choice.onlyFailed}
              onChange={(onlyFailed) => change({ onlyFailed })}
            />
          </FieldRow>
          <FieldRow label={changes.version}>
            <RadioGroup
              value={choice.latestVersion ? 'latest' : 'pinned'}
              onChange={(value) => change({ latestVersion: value === 'latest' })}
              options={[
                { value: 'pinned', label: subject.what === 'range' || choice.past || choice.future ? changes.anyPinned : changes.pinned(String(own ?? '–')) },
                { value: 'latest', label: changes.latest(String(newest ?? '–')) },
              ]}
            />
          </FieldRow>
        </div>
        <TouchedList touched={touched} />
        <DialogFoot onClose={onClose} command={clearCommand(subject, choice)} problem={clear.error && problemOf(clear.error).detail}>
          <Button look="main" type="submit" disabled={total === 0 || touched.isPlaceholderData || clear.isPending}>
            {clear.isPending ? changes.sending : changes.doClear(total)}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
