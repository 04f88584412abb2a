import { useSyncExternalStore } from 'react'
import { gridSizes } from './grid-sizes.ts'

const narrow = window.matchMedia('(max-width: 640px)')

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/** Width of the column of names: on a phone most of the width belongs to the runs. */
export const useNameWidth = (): number => useSyncExternalStore(subscribe, () => (narrow.matches ? gridSizes.narrowNamePx : gridSizes.namePx))
