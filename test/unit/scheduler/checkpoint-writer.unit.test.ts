import { describe, expect, it } from 'vitest'
import { emptyColumn } from '../../../services/core/column-state.ts'
import { type Checkpoint, readCheckpoints } from '../../../services/platform/bus/checkpoint-reader.ts'
import { makeCheckpointWriter } from '../../../services/scheduler/checkpoint-writer.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

const open = () => {
  const platform = makeMemoryPlatform({ columns: 1 })
  const read = async (): Promise<Checkpoint> => {
    const found = await readCheckpoints(
      platform,
      [0],
      (error) => {
        throw error
      },
      () => 0, // the journal is empty here: only what stands on the topic is looked at
    )
    return found.get(0) as Checkpoint
  }
  const standing = async (): Promise<number[]> =>
    [...(await read()).keys].flatMap((key) => (key.startsWith('manifest/') ? [Number(key.slice(9))] : [])).sort((a, b) => a - b)
  const owner = (from: Pick<Checkpoint, 'pieces' | 'marks' | 'keys' | 'retained'>) => {
    const writer = makeCheckpointWriter(platform, 0, from, 3_600_000)
    return { ...writer, at: (offset: number) => writer.write(emptyColumn(), { offset, epoch: 1, owner: 'o', seq: offset }, {}) }
  }
  return { read, standing, owner }
}
const nothing = { pieces: {}, marks: [], keys: new Set<string>(), retained: [] }

describe('PROTOCOL C: what stands of a column', () => {
  it('is the newest, the one before it, and the oldest: one that the feeds have reached', async () => {
    const { standing, owner } = open()
    const writer = owner(nothing)
    for (const offset of [10, 20, 30, 40]) await writer.at(offset)
    expect(await standing()).toEqual([10, 30, 40])
    expect([writer.reached(9), writer.reached(35)]).toEqual([null, 30])
    await writer.at(50)
    expect(await standing()).toEqual([30, 40, 50])
  })

  it('is all that an earlier owner left, until this one knows how far the feeds are', async () => {
    const { read, standing, owner } = open()
    const earlier = owner(nothing)
    for (const offset of [10, 20, 30]) await earlier.at(offset)
    const later = owner(await read())
    // It had not looked at the feeds when the other one read, and deletes the journal up to here now.
    expect(earlier.reached(25)).toBe(20)
    for (const offset of [40, 50, 60]) await later.at(offset)
    expect(await standing()).toEqual([10, 20, 30, 50, 60])
    expect(later.reached(25)).toBe(20)
    await later.at(70)
    expect(await standing()).toEqual([20, 60, 70])
  })
})
