import type { ChangeSubject } from '../../data/change-subject.ts'
import { text } from '../../strings/text.ts'

/** What is to be changed, in words. */
export const subjectLabel = (subject: ChangeSubject): string => {
  if (subject.what === 'range')
    return text.changes.theRange(
      subject.runs.reduce((sum, run) => sum + run.taskIds.length, 0),
      subject.runs.length,
    )
  if (subject.what === 'run') return text.changes.theRun(subject.runId)
  return subject.mapIndex === null ? subject.taskId : `${subject.taskId} [${subject.mapIndex}]`
}
