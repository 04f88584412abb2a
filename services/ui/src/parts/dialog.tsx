import { type ReactNode, useEffect, useRef } from 'react'
import { text } from '../strings/text.ts'
import { Button } from './button.tsx'
import { classNames } from './class-names.ts'
import { Icon } from './icon.tsx'

interface Props {
  readonly title: string
  readonly onClose: () => void
  readonly children: ReactNode
  /** Hides the head; the title is still read out. */
  readonly bare?: boolean
  readonly wide?: boolean
}

/** A modal on the browser's own dialog: focus stays inside, Escape closes, focus goes back where it was. */
export const Dialog = ({ title, onClose, children, bare = false, wide = false }: Props) => {
  const ref = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const before = document.activeElement
    ref.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: a click beside the dialog is a convenience; Escape is the key for it.
    <dialog
      ref={ref}
      aria-label={title}
      onClose={onClose}
      onClick={(event) => event.target === ref.current && onClose()}
      className={classNames('w-full rounded-xl bg-raised p-0 shadow-pop', wide ? 'max-w-[680px]' : 'max-w-[480px]', bare && 'mt-[12vh]')}
    >
      {!bare && (
        <div className="flex h-12 items-center justify-between border-b pr-2 pl-4">
          <h2 className="text-base font-semibold">{title}</h2>
          <Button look="quiet" square aria-label={text.close} onClick={onClose}>
            <Icon name="close" />
          </Button>
        </div>
      )}
      {children}
    </dialog>
  )
}
