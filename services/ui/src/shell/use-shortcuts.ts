import { useEffect } from 'react'
import { overlay } from './overlay.ts'

/** Keys belong to the field that has the focus. */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null

/** Ctrl/Cmd-K from anywhere; `?` where nobody types. */
export const useShortcuts = (): void => {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        if (overlay.get() === 'palette') overlay.close()
        else overlay.open('palette')
      } else if (event.key === '?' && !isTyping(event.target)) {
        event.preventDefault()
        if (overlay.get() === 'legend') overlay.close()
        else if (overlay.get() === 'none') overlay.open('legend')
      }
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
}
