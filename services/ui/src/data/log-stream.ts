import type { LogLine } from '../api/types.ts'

export interface LogState {
  readonly lines: readonly LogLine[]
  readonly status: 'open' | 'ended' | 'lost'
}

export interface LogStream {
  readonly get: () => LogState
  readonly subscribe: (listener: () => void) => () => void
  readonly close: () => void
}

const reopenMs = 2000

/** The log of one try as it is written. Lines that come together are shown together, once a frame; repeats after a reconnect are dropped by their number. */
export const openLogStream = (url: string): LogStream => {
  const listeners = new Set<() => void>()
  let state: LogState = { lines: [], status: 'open' }
  let waiting: LogLine[] = []
  let frame = 0
  let last = -1
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const show = (change: Partial<LogState>): void => {
    state = { ...state, ...change }
    for (const listener of listeners) listener()
  }
  const flush = (): void => {
    frame = 0
    const fresh = waiting
    waiting = []
    if (fresh.length > 0) show({ lines: [...state.lines, ...fresh] })
  }
  const open = (): void => {
    const stream = new EventSource(`${url}${url.includes('?') ? '&' : '?'}from=${last + 1}`)
    source = stream
    stream.addEventListener('open', () => show({ status: 'open' }))
    stream.addEventListener('lines', (message) => {
      const { lines } = JSON.parse(message.data) as { lines: LogLine[] }
      for (const line of lines) {
        if (line.line <= last) continue
        last = line.line
        waiting.push(line)
      }
      // A hidden tab gets no frames; its lines wait for the timer.
      frame ||= document.hidden ? window.setTimeout(flush, 250) : requestAnimationFrame(flush)
    })
    stream.addEventListener('end', () => {
      stream.close()
      flush()
      show({ status: 'ended' })
    })
    stream.addEventListener('error', () => {
      show({ status: 'lost' })
      if (stream.readyState === EventSource.CLOSED) timer = setTimeout(open, reopenMs)
    })
  }
  open()
  return {
    get: () => state,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      source?.close()
      clearTimeout(timer)
      clearTimeout(frame)
      cancelAnimationFrame(frame)
    },
  }
}
