import type { Virtualizer } from '@tanstack/react-virtual'
import { useEffect, useLayoutEffect, useRef } from 'react'

const slackPx = 32

/** Starts at the newest column and stays there while new ones come, unless the reader has scrolled back to older ones. */
export const useStayAtEnd = (columns: Virtualizer<HTMLDivElement, Element>, newest: string | undefined): void => {
  const atEnd = useRef(true)
  useEffect(() => {
    const element = columns.scrollElement
    if (!element) return
    const onScroll = (): void => {
      atEnd.current = element.scrollLeft + element.clientWidth >= element.scrollWidth - slackPx
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [columns])
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new column is what moves the end.
  useLayoutEffect(() => {
    if (atEnd.current) columns.scrollToIndex(columns.options.count - 1, { align: 'end' })
  }, [newest, columns])
}
