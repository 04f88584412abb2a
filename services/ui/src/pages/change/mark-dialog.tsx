import { type FormEvent, useState } from 'react'
import { type ChangeSubject, type MarkState, noReach, type Reach } from '../../data/change-subject.ts'
import { problemOf } from '../../data/problem.ts'
import { useMark, useMarkDryRun } from '../../data/use-mark.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { DialogFoot } from '../../parts/dialog-foot.tsx'
import { FieldRow } from '../../parts/field-row.tsx'
import { notices } from '../../parts/notices.ts'
import { RadioGroup } from '../../parts/radio-group.tsx'
import { text } from '../../strings/text.ts'
import { markCommand } from './change-command.ts'
import { ReachFields } from './reach-fields.tsx'
import { subjectLabel } from './subject-label.ts'
import { TouchedList } from './touched-list.tsx'

interface Props {
  readonly subject: ChangeSubject
  readonly onClose: () => void
}

const { changes } = text

const statesOf = (subject: ChangeSubject): readonly MarkState[] => (subject.what === 'run' ? ['success', 'failed'] : ['success', 'failed', 'skipped'])

/** Marks a task instance and what goes with it, or a whole run, after a look at what that touches. */
export const MarkDialog = ({ subject, onClose }: Props) => {
  const [state, setState] = useState<MarkState>('success')
  const [reach, setReach] = useState<Reach>(noReach)
  const touched = useMarkDryRun({ subject, state, reach })
  const mark = useMark()
  const total = touched.data?.total_entries ?? 0
  const isRun = subject.what === 'run'

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    mark.mutate(
      { subject, state, reach },
      {
        onSuccess: (answer) => {
          onClose()
          const word = text.states[state]
          notices.add({
            good: true,
            title: answer || subject.what === 'range' ? changes.marked(answer?.total_entries ?? 0, word) : changes.markedRun(subject.runId, word),
          })
        },
      },
    )
  }

  return (
    <Dialog title={changes.markTitle(subjectLabel(subject))} onClose={onClose} wide>
      <form onSubmit={submit} className="flex flex-col gap-3 p-4">
        <div>
          <FieldRow label={changes.newState}>
            <RadioGroup value={state} onChange={setState} options={statesOf(subject).map((value) => ({ value, label: text.states[value] }))} />
          </FieldRow>
          {!isRun && <ReachFields reach={reach} withinRuns={subject.what === 'range'} onChange={(part) => setReach((now) => ({ ...now, ...part }))} />}
        </div>
        <p className="min-h-5 text-soft">{isRun ? changes.markRunWords[state] : changes.markWords[state]}</p>
        <TouchedList touched={touched} {...(isRun ? {} : { becomes: state })} />
        <DialogFoot onClose={onClose} command={markCommand(subject, state, reach)} problem={mark.error && problemOf(mark.error).detail}>
          {/* A run may change although no task of it does. */}
          <Button look="main" type="submit" disabled={!touched.data || (total === 0 && !isRun) || touched.isPlaceholderData || mark.isPending}>
            {mark.isPending ? changes.sending : changes.doMark(text.states[state])}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
