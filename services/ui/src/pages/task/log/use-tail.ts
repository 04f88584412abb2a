import type { Virtualizer } from '@tanstack/react-virtual'
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

const slackPx = 24

/**
 * Follows the end of the log (from the start on if `fromEnd`) while the reader is there, and leaves him where he scrolled when he is not. `unseen` counts the lines that came
 * below since.
 */
export const useTail = (scroll: RefObject<HTMLElement | null>, virtual: Virtualizer<HTMLDivElement, Element>, count: number, fromEnd: boolean) => {
  const [following, setFollowing] = useState(fromEnd)
  const [leftAt, setLeftAt] = useState(0)
  const lastTop = useRef(0)

  useEffect(() => {
    const element = scroll.current
    if (!element) return
    const onScroll = (): void => {
      const atEnd = element.scrollTop + element.clientHeight >= element.scrollHeight - slackPx
      // Only a move upwards leaves the end: growing content moves the end away by itself.
      if (atEnd) setFollowing(true)
      else if (element.scrollTop < lastTop.current - 1) setFollowing(false)
      lastTop.current = element.scrollTop
    }
    element.addEventListener('scroll', onScroll, { passive: true })
    return () => element.removeEventListener('scroll', onScroll)
  }, [scroll])

  useLayoutEffect(() => {
    if (following && count > 0) virtual.scrollToIndex(count - 1, { align: 'end' })
    if (following) setLeftAt(count)
  }, [following, count, virtual])

  const follow = useCallback(() => setFollowing(true), [])
  const leave = useCallback(() => setFollowing(false), [])
  return { following, unseen: following ? 0 : count - leftAt, follow, leave }
}
