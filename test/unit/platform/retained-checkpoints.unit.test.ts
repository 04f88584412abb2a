import { expect, it } from 'vitest'
import { manifestKey, readCheckpoints } from '../../../services/platform/bus/checkpoint-reader.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

it('C: a checkpoint from before the beginning of the journal is not kept for the feeds: the owner would drop the one that they need (found by the simulator)', async () => {
  const platform = makeMemoryPlatform({ columns: 1 })
  const { broker, codec, topic } = platform
  for (let n = 0; n < 40; n++) broker.append({ topic: topic('journal'), key: 'abc', value: Buffer.from('decision') }, 0)
  for (const offset of [2, 17, 30]) {
    const manifest = { offset, epoch: 0, owner: 'o', seq: offset, positions: '{}', pieces: '{}', marks: '[]', at: 0 }
    broker.append({ topic: topic('checkpoints'), key: manifestKey(offset), value: codec.encode('CheckpointManifest', manifest) }, 0)
  }
  const read = async () =>
    (
      await readCheckpoints(platform, [0], (error) => {
        throw error
      })
    ).get(0)
  expect((await read())?.retained.map(({ offset }) => offset)).toEqual([2, 17, 30])
  await platform.bus.deleteRecords(topic('journal'), 0, 17) // by an owner that could not drop the first one any more
  const checkpoint = await read()
  expect(checkpoint?.retained.map(({ offset }) => offset)).toEqual([17, 30])
  expect([...(checkpoint?.keys ?? [])]).toContain(manifestKey(2)) // it goes with the next write
  expect(checkpoint?.position.offset).toBe(30)
})
