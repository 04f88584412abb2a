import { expect, it } from 'vitest'
import type { InboxCommand, RunAttempt, UpstreamXCom } from '../../../schemas/generated/records.ts'
import { makeOutlet, maxCommandBytes } from '../../../services/executor/outlet.ts'
import { makeInboxParts } from '../../../services/holder/inbox-parts.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

const platform = makeMemoryPlatform()
const outlet = makeOutlet(platform, 'executor', 'local')
const xcom = (mapIndex: number, length: number): UpstreamXCom => ({ taskId: 'many', mapIndex, key: 'return_value', value: JSON.stringify('v'.repeat(length)) })
const attempt = (xcoms: readonly UpstreamXCom[], task = '{"taskId":"join"}'): RunAttempt => ({
  ...{ token: 't', dagId: 'd', runId: 'r', taskId: 'join', mapIndex: -1, tryNumber: 1, version: 'v1', bundle: null, task, context: '{}' },
  xcoms: [...xcoms],
})
const sent = (body: RunAttempt, n = 7) =>
  outlet.records({ type: 'inbox', command: { incarnation: 'w', epoch: 3, n, body: { type: 'RunAttempt', ...body } } })?.map(({ value, key, partition }) => {
    expect(value?.length).toBeLessThan(maxCommandBytes)
    expect([key, partition]).toEqual(['w', expect.any(Number)])
    return platform.codec.decode('InboxCommand', value as Buffer)
  }) ?? null
const joinedBy = (joined: ReturnType<typeof makeInboxParts>, parts: readonly InboxCommand[] | null): InboxCommand[] =>
  (parts ?? []).flatMap((part) => joined(part) ?? [])

const large = Array.from({ length: 1024 }, (_, i) => xcom(i, 10_000))

it('an attempt behind 1,024 mapped instances goes in parts that fit, and is one again', () => {
  const parts = sent(attempt(large))
  expect(parts?.map(({ n, part, more }) => [n, part, more]).at(-1)).toEqual([7, 15, false])
  const [command, ...none] = joinedBy(makeInboxParts(), parts)
  expect(none).toEqual([])
  expect(command).toMatchObject({ epoch: 3, n: 7, part: 0, more: false })
  expect(command?.body).toEqual({ type: 'RunAttempt', ...attempt(large) })
})

it('a small one is one record; one whose arguments are too big cannot be cut', () => {
  expect(sent(attempt([xcom(0, 10)]))).toMatchObject([{ part: 0, more: false }])
  expect(sent(attempt(large, 'x'.repeat(1_000_000)))).toBe(null)
})

it('parts that come again, or beside those of a deposed executor, make no other command', () => {
  const joined = makeInboxParts()
  const parts = sent(attempt(large)) ?? []
  const old = (sent(attempt([xcom(0, 5)]), 99) ?? []).map((command) => ({ ...command, epoch: 2 }))
  const oldParts = parts.map((command) => ({ ...command, epoch: 2 }))
  const stream = [...parts.slice(0, 3), ...old, ...parts.slice(0, 1), ...oldParts.slice(0, 2), ...parts.slice(1, 5), ...parts.slice(2)]
  const commands = joinedBy(joined, stream)
  expect(commands.map(({ epoch, n }) => [epoch, n])).toEqual([
    [2, 99],
    [3, 7],
  ])
  expect(commands[1]?.body).toEqual({ type: 'RunAttempt', ...attempt(large) })
  expect(joinedBy(joined, parts)).toHaveLength(1) // sent again as a whole: its number is known
})
