import type { CreateTopic } from './port.ts'

/** In words, where an existing topic differs from what was asked; settings that were not asked for do not matter. */
export const topicDifferences = (
  asked: CreateTopic,
  has: { readonly partitions: number; readonly config: Readonly<Record<string, string | undefined>> },
): readonly string[] => {
  const partitions = has.partitions === asked.partitions ? [] : [`it has ${has.partitions} partitions, wanted are ${asked.partitions}`]
  const config = Object.entries(asked.config)
    .filter(([name, value]) => has.config[name] !== value)
    .map(([name, value]) => `its ${name} is ${has.config[name] ?? 'not set'}, wanted is ${value}`)
  return [...partitions, ...config]
}
