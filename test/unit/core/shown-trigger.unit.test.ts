import { expect, test } from 'vitest'
import type { JsonObject } from '../../../services/core/dag.ts'
import { shownTrigger } from '../../../services/core/shown-trigger.ts'

const shown = (args: JsonObject): JsonObject | null => shownTrigger({ kind: 'http', name: null, args }).args

test('what stands under names such as password, and in a URL before its host, is masked; the rest is as it was', () => {
  expect(
    shown({
      endpoint: 'https://ann:pa:ss@api.example.com/ready?at=12:30@home',
      headers: { Authorization: 'Bearer abc', accept: 'application/json', 'X-Api-Key': 'k' },
      requestParams: { access_token: { value: 'x', since: 3 }, tokens: ['a', 'b'], page: 3 },
      password: null,
      list: ['postgres://me:secret@db/x', true, 1.5],
    }),
  ).toEqual({
    endpoint: 'https://ann:***@api.example.com/ready?at=12:30@home',
    headers: { Authorization: '***', accept: 'application/json', 'X-Api-Key': '***' },
    requestParams: { access_token: { value: '***', since: '***' }, tokens: ['***', '***'], page: 3 },
    password: null,
    list: ['postgres://me:***@db/x', true, 1.5],
  })
})

test('what is too long for a list of instances is left out, not cut', () => {
  expect(shown({ text: 'x'.repeat(7000) })).toEqual({ text: 'x'.repeat(7000) })
  expect(shown({ text: 'x'.repeat(9000) })).toBeNull()
})
