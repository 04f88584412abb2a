import { expect, it } from 'vitest'
import { manifestKey, readCheckpoints } from '../../../services/platform/bus/checkpoint-reader.ts'
import { feedHeaders } from '../../../services/platform/bus/feed-positions.ts'
import { feedStarts } from '../../../services/projector/feeds/feed-starts.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

const fail = (error: Error): never => {
  throw error
}

it('C: a checkpoint from before the beginning of the journal is not kept for the feeds: the owner would drop the one that they need (found by the simulator)', async () => {
  const platform = makeMemoryPlatform({ columns: 1 })
  const { broker, codec, topic } = platform
  for (let n = 0; n < 40; n++) broker.append({ topic: topic('journal'), key: 'abc', value: Buffer.from('decision') }, 0)
  for (const offset of [2, 17, 30]) {
    const manifest = { offset, epoch: 0, owner: 'o', seq: offset, positions: '{}', pieces: '{}', marks: '[]', told: -1, at: 0 }
    broker.append({ topic: topic('checkpoints'), key: manifestKey(offset), value: codec.encode('CheckpointManifest', manifest) }, 0)
  }
  const read = async () => (await readCheckpoints(platform, [0], fail)).get(0)
  expect((await read())?.retained.map(({ offset }) => offset)).toEqual([2, 17, 30])
  await platform.bus.deleteRecords(topic('journal'), 0, 17) // by an owner that could not drop the first one any more
  const checkpoint = await read()
  expect(checkpoint?.retained.map(({ offset }) => offset)).toEqual([17, 30])
  expect([...(checkpoint?.keys ?? [])]).toContain(manifestKey(2)) // it goes with the next write
  expect(checkpoint?.position.offset).toBe(30)
})

it('C: the feeds are no further back than an owner saw them, who deleted by that (found by the simulator)', async () => {
  const platform = makeMemoryPlatform({ columns: 1 })
  const { broker, codec, topic } = platform
  for (let n = 0; n < 40; n++) broker.append({ topic: topic('journal'), key: 'abc', value: Buffer.from('decision') }, 0)
  for (const [offset, told] of [
    [10, -1],
    [20, 25],
    [30, 5],
  ] as const) {
    const manifest = { offset, epoch: 0, owner: 'o', seq: offset, positions: '{}', pieces: '{}', marks: '[]', told, at: 0 }
    broker.append({ topic: topic('checkpoints'), key: manifestKey(offset), value: codec.encode('CheckpointManifest', manifest) }, 0)
  }
  const start = async () => (await feedStarts(platform, [0], fail)).get(0)
  const anew = await start()
  expect([anew?.position.offset, anew?.resume['task-events']], 'feeds that have nothing are told all').toEqual([0, -1])
  // A publisher that was silent for long woke and told again what it had in hand: by their last records the feeds stand at 10.
  for (const feed of ['task-events', 'run-events'] as const)
    for (const at of [27, 10]) broker.append({ topic: topic(feed), key: 'x/y', value: Buffer.from('event'), headers: feedHeaders(at, at) }, 0)
  const again = await start()
  expect([again?.position.offset, again?.complete]).toEqual([20, 25])
  expect(again?.resume).toEqual({ 'task-events': 25, 'run-events': 25, 'dataset-events': 25 })
})
