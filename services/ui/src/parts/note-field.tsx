import { type KeyboardEvent, useState } from 'react'
import { problemOf } from '../data/problem.ts'
import { text } from '../strings/text.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'

interface Props {
  readonly note: string | null
  readonly isSaving: boolean
  readonly error: unknown
  /** Calls back when the note is kept. */
  readonly onSave: (note: string, done: () => void) => void
}

const most = 1000

/** Who opens it wants to type. */
const focused = (element: HTMLTextAreaElement | null): void => element?.focus()

/** A note for people, changed in its place. What was typed stays when it is refused. */
export const NoteField = ({ note, isSaving, error, onSave }: Props) => {
  const [typed, setTyped] = useState<string>()
  const save = (): void => onSave((typed ?? '').trim(), () => setTyped(undefined))
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') setTyped(undefined)
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save()
  }
  if (typed === undefined)
    return (
      <button
        type="button"
        title={text.note.edit}
        onClick={() => setTyped(note ?? '')}
        className="group flex max-w-full items-baseline gap-1.5 text-left hover:text-accent"
      >
        <span className={`min-w-0 break-words whitespace-pre-wrap ${note ? '' : 'text-faint'}`}>{note ?? text.note.none}</span>
        <span className="self-center text-faint opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100">
          <Icon name="edit" size={12} />
        </span>
        <span className="sr-only">{text.note.edit}</span>
      </button>
    )
  return (
    <div className="flex flex-col gap-1.5">
      <textarea
        ref={focused}
        aria-label={text.note.label}
        value={typed}
        maxLength={most}
        rows={3}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={onKey}
        className="w-full resize-y rounded-md border bg-canvas px-2 py-1"
      />
      {error !== null && (
        <p role="alert" className="break-words text-bad">
          {problemOf(error).detail}
        </p>
      )}
      <span className="flex gap-2">
        <Button look="main" disabled={isSaving} onClick={save}>
          {isSaving ? text.note.saving : text.note.save}
        </Button>
        <Button onClick={() => setTyped(undefined)}>{text.cancel}</Button>
      </span>
    </div>
  )
}
