import { useSyncExternalStore } from 'react'
import type { StoredChoice } from './stored-choice.ts'

/** The present value of a stored choice. */
export const useChoice = <T extends string>(choice: StoredChoice<T>): T => useSyncExternalStore(choice.subscribe, choice.get)
