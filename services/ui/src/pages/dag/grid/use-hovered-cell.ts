import { type PointerEvent, useCallback, useEffect, useRef, useState } from 'react'

export interface HoveredCell {
  readonly runId: string
  readonly taskId: string
  /** Where the cell is in the window. */
  readonly left: number
  readonly top: number
  readonly bottom: number
}

const restMs = 250

/** The cell that a mouse rests on. One listener for the whole grid: one in each cell would cost as much as the cell. */
export const useHoveredCell = () => {
  const [cell, setCell] = useState<HoveredCell | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const leave = useCallback(() => {
    clearTimeout(timer.current)
    setCell(null)
  }, [])
  const onPointerOver = useCallback((event: PointerEvent) => {
    if (event.pointerType !== 'mouse') return
    clearTimeout(timer.current)
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-run]') : null
    const { run, task } = button?.dataset ?? {}
    if (!button || run === undefined || task === undefined) {
      setCell(null)
      return
    }
    timer.current = setTimeout(() => {
      const { left, top, bottom } = button.getBoundingClientRect()
      setCell({ runId: run, taskId: task, left, top, bottom })
    }, restMs)
  }, [])
  useEffect(() => () => clearTimeout(timer.current), [])
  return { cell, onPointerOver, leave }
}
