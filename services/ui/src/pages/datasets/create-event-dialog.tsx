import { type FormEvent, useId, useState } from 'react'
import type { Asset } from '../../api/types.ts'
import { problemOf } from '../../data/problem.ts'
import { useCreateEvent } from '../../data/use-asset-events.ts'
import { Button } from '../../parts/button.tsx'
import { Dialog } from '../../parts/dialog.tsx'
import { DialogFoot } from '../../parts/dialog-foot.tsx'
import { notices } from '../../parts/notices.ts'
import { text } from '../../strings/text.ts'
import { parseConf } from '../trigger/parse-conf.ts'

interface Props {
  readonly asset: Asset
  readonly onClose: () => void
}

const { datasets: words } = text

/** Sends an event of a dataset by hand. */
export const CreateEventDialog = ({ asset, onClose }: Props) => {
  const [extra, setExtra] = useState('')
  const [eventId, setEventId] = useState('')
  const create = useCreateEvent()
  const ids = { extra: useId(), id: useId() }
  const parsed = parseConf(extra)
  const problem = 'problem' in parsed ? parsed.problem : create.error ? problemOf(create.error).detail : null

  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if ('problem' in parsed) return
    create.mutate(
      { assetId: asset.id, extra: parsed.conf, eventId: eventId.trim() },
      {
        onSuccess: () => {
          onClose()
          notices.add({ good: true, title: words.created(asset.uri) })
        },
      },
    )
  }

  return (
    <Dialog title={words.createTitle} onClose={onClose}>
      <form onSubmit={submit} className="flex flex-col gap-2 p-4">
        <p className="mb-1 break-words text-soft">{words.createWords(asset.uri)}</p>
        <label htmlFor={ids.extra} className="font-medium">
          {words.extra}
        </label>
        <textarea
          id={ids.extra}
          rows={4}
          value={extra}
          placeholder="{}"
          spellCheck={false}
          aria-invalid={'problem' in parsed}
          onChange={(event) => setExtra(event.target.value)}
          className="w-full resize-y rounded-md border bg-canvas p-2 font-mono text-xs"
        />
        <label htmlFor={ids.id} className="mt-1 font-medium">
          {words.eventId}
        </label>
        <input
          id={ids.id}
          value={eventId}
          spellCheck={false}
          aria-describedby={`${ids.id}-hint`}
          onChange={(event) => setEventId(event.target.value)}
          className="h-7 rounded-md border bg-canvas px-2 font-mono text-xs"
        />
        <p id={`${ids.id}-hint`} className="mb-1 text-soft">
          {words.eventIdHint}
        </p>
        <DialogFoot onClose={onClose} problem={problem}>
          <Button look="main" type="submit" disabled={'problem' in parsed || create.isPending}>
            {create.isPending ? words.sending : words.create}
          </Button>
        </DialogFoot>
      </form>
    </Dialog>
  )
}
