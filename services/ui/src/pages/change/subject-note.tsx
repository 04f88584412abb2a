import type { OneSubject } from '../../data/change-subject.ts'
import { useSetNote } from '../../data/use-set-note.ts'
import { NoteField } from '../../parts/note-field.tsx'

interface Props {
  readonly subject: OneSubject
  readonly note: string | null
}

/** The note of a run or a task instance. */
export const SubjectNote = ({ subject, note }: Props) => {
  const save = useSetNote()
  return (
    <NoteField note={note} isSaving={save.isPending} error={save.error} onSave={(next, done) => save.mutate({ subject, note: next }, { onSuccess: done })} />
  )
}
