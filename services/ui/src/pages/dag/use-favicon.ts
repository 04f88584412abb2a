import { useEffect } from 'react'
import type { RunState } from '../../api/types.ts'

const variables: Partial<Record<RunState, string>> = { running: '--state-running', failed: '--state-failed', queued: '--state-queued' }

const mark: Partial<Record<RunState, string>> = {
  running: '<circle cx="24" cy="24" r="5" fill="none" stroke="COLOUR" stroke-width="4" stroke-dasharray="22 10"/>',
  failed: '<path d="M27 17.5 24 24l7-2a7 7 0 1 1-4-4.5z" fill="COLOUR"/>',
  queued: '<circle cx="24" cy="24" r="5" fill="none" stroke="COLOUR" stroke-width="3"/>',
}

const plain = '/favicon.svg'

/** A badge on the tab's icon while the newest run of the DAG moves or has failed; success needs none. */
export const useFavicon = (state: RunState | undefined): void => {
  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>('link[rel=icon]')
    const shape = state && mark[state]
    const variable = state && variables[state]
    if (!link || !shape || !variable) return
    const colour = getComputedStyle(document.documentElement).getPropertyValue(variable).trim()
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#27406b"/><path d="M6 12c3.3 0 3.3 3 6.6 3s3.4-3 6.8-3 3.3 3 6.6 3" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round"/><circle cx="24" cy="24" r="9" fill="#fff"/>${shape.replace('COLOUR', colour)}</svg>`
    link.href = `data:image/svg+xml,${encodeURIComponent(svg)}`
    return () => {
      link.href = plain
    }
  }, [state])
}
