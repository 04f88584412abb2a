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
  const owner = (from: Pick<Checkpoint, 'pieces' | 'marks' | 'keys' | 'retained' | 'told'>) => {
    const writer = makeCheckpointWriter(platform, 0, from, 3_600_000)
    return { ...writer, at: (offset: number) => writer.write(emptyColumn(), { offset, epoch: 1, owner: 'o', seq: offset }, {}) }
  }
  return { read, standing, owner }
}
const nothing = { pieces: {}, marks: [], keys: new Set<string>(), retained: [], told: -1 }

describe('PROTOCOL C: what stands of a column', () => {
  it('is the newest, the one before it, and the oldest: one that the feeds have reached', async () => {
    const { standing, owner } = open()
    const writer = owner(nothing)
    for (const offset of [10, 20, 30, 40]) await writer.at(offset)
    expect(await standing()).toEqual([10, 30, 40])
    writer.noteTold(35)
    await writer.at(50)
    expect(await standing()).toEqual([30, 40, 50])
    writer.noteTold(5)
    await writer.at(60)
    expect(await standing()).toEqual([30, 50, 60])
  })

  it('how far the feeds are stands in a manifest before the journal is deleted by it', async () => {
    const { read, owner } = open()
    const writer = owner(nothing)
    for (const offset of [10, 20]) await writer.at(offset)
    writer.noteTold(25)
    expect([writer.reached(), (await read()).told]).toEqual([null, -1])
    await writer.at(30)
    expect([writer.reached(), (await read()).told]).toEqual([20, 25])
    expect(owner(await read()).reached()).toBe(20)
  })

  it('is all that an earlier owner left, until the feeds have reached one of this one: the other may still delete', async () => {
    const { read, standing, owner } = open()
    const earlier = owner(nothing)
    for (const offset of [10, 20, 30]) await earlier.at(offset)
    expect(await standing()).toEqual([10, 20, 30])
    const later = owner(await read())
    for (const offset of [40, 50, 60]) await later.at(offset)
    expect(await standing()).toEqual([10, 20, 30, 50, 60])
    later.noteTold(35)
    await later.at(70)
    expect(await standing()).toEqual([10, 20, 30, 60, 70])
    expect(later.reached()).toBe(30)
    later.noteTold(65)
    await later.at(80)
    expect(await standing()).toEqual([60, 70, 80])
  })
})
