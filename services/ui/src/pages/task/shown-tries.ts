import type { TaskInstance, TaskTry } from '../../api/types.ts'

/** The tries to show: those fetched, the newest as the live row has it (the stream is ahead of the last GET), in order. */
export const shownTries = (tries: readonly TaskTry[], instance: TaskInstance | undefined): readonly TaskTry[] => {
  if (!instance || instance.try_number < 1) return tries
  const others = tries.filter((one) => one.try_number !== instance.try_number)
  return [...others, instance].toSorted((a, b) => a.try_number - b.try_number)
}
