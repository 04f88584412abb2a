import { describe, expect, it } from 'vitest'
import { MillraceError } from '../../../services/core/errors.ts'
import { makeDeadLetter } from '../../../services/platform/dead-letters.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

describe('a dead letter', () => {
  const platform = makeMemoryPlatform({ clock: { now: () => 99, steady: () => 0, after: () => () => undefined } })
  const record = { topic: 'test.commands', partition: 3, offset: 17, timestamp: 1, key: 'dag', value: Buffer.from('rubbish'), headers: {} }

  it('names the place, who could not read it, and why, and keeps the value', async () => {
    const letter = makeDeadLetter(platform, record, 'scheduler', new MillraceError('undecodable', 'no Avro'))
    expect(await platform.bus.send([letter])).toEqual([{ topic: 'test.dead-letters', partition: 0, offset: 0 }])
    expect(platform.codec.decode('DeadLetter', letter.value as Buffer)).toEqual({
      topic: 'test.commands',
      partition: 3,
      offset: 17,
      by: 'scheduler',
      code: 'undecodable',
      reason: 'no Avro',
      at: 99,
      key: 'dag',
      value: Buffer.from('rubbish'),
    })
  })

  it('cuts a big value so that the letter itself can be sent, and takes anything thrown', async () => {
    const letter = makeDeadLetter(platform, { ...record, value: Buffer.alloc(990_000, 1) }, 'scheduler', 'boom')
    await platform.bus.send([letter])
    const read = platform.codec.decode('DeadLetter', letter.value as Buffer)
    expect([read.value?.length, read.code, read.reason]).toEqual([512_000, 'internal', 'boom'])
    const empty = platform.codec.decode('DeadLetter', makeDeadLetter(platform, { ...record, key: null, value: null }, 's', new Error('x')).value as Buffer)
    expect([empty.key, empty.value]).toEqual([null, null])
  })
})
