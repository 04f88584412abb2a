import { useEffect } from 'react'
import type { ChangeSubject } from '../../data/change-subject.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { overlay } from '../../shell/overlay.ts'
import { isTyping } from '../../shell/use-shortcuts.ts'
import { text } from '../../strings/text.ts'

interface Props {
  readonly subject: ChangeSubject
}

const { changes } = text

/** Clear and mark what is shown: buttons, and the keys c and m. */
export const ChangeButtons = ({ subject }: Props) => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.altKey || event.ctrlKey || event.metaKey || isTyping(event.target) || overlay.get() !== 'none') return
      if (event.key !== 'c' && event.key !== 'm') return
      event.preventDefault()
      overlay.open(event.key === 'c' ? { clear: subject } : { mark: subject })
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [subject])
  return (
    <span className="flex shrink-0 gap-1.5">
      <Button aria-label={changes.clear} title={changes.clearHint} aria-keyshortcuts="c" onClick={() => overlay.open({ clear: subject })}>
        <Icon name="again" size={14} />
        <span className="max-sm:hidden @max-xl:hidden">{changes.clear}</span>
      </Button>
      <Button aria-label={changes.mark} title={changes.markHint} aria-keyshortcuts="m" onClick={() => overlay.open({ mark: subject })}>
        <Icon name="check" size={14} />
        <span className="max-sm:hidden @max-xl:hidden">{changes.mark}</span>
      </Button>
    </span>
  )
}
