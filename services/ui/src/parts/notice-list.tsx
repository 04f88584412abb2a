import { useSyncExternalStore } from 'react'
import { text } from '../strings/text.ts'
import { Button } from './button.tsx'
import { Icon } from './icon.tsx'
import { notices } from './notices.ts'

/** Messages that belong to no place of the page. */
export const Notices = () => {
  const shown = useSyncExternalStore(notices.subscribe, notices.get)
  return (
    <div className="pointer-events-none fixed right-4 bottom-4 z-40 flex w-[360px] max-w-[calc(100vw-32px)] flex-col gap-2 max-sm:bottom-16" aria-live="polite">
      {shown.map((notice) => (
        <div
          key={notice.id}
          role={notice.good ? 'status' : 'alert'}
          className="appear pointer-events-auto flex items-start gap-2 rounded-lg bg-raised p-3 shadow-pop"
        >
          <span className={`mt-0.5 ${notice.good ? 'text-accent' : 'text-bad'}`}>
            <Icon name={notice.good ? 'check' : 'warning'} />
          </span>
          <div className="min-w-0 flex-1">
            <p className="font-medium break-words">{notice.title}</p>
            {notice.detail && <p className="break-words text-soft">{notice.detail}</p>}
          </div>
          <Button look="quiet" square aria-label={text.close} onClick={() => notices.remove(notice.id)} className="-mt-1 -mr-1">
            <Icon name="close" size={12} />
          </Button>
        </div>
      ))}
    </div>
  )
}
