import { describe, expect, it } from 'vitest'
import { parseConnection, secretsOf } from '../../../services/sdk/connections.ts'
import { makeSecrets } from '../../../services/sdk/runtime/secrets.ts'

const none = { host: null, port: null, login: null, password: null, schema: null, extra: {} }

describe('parseConnection', () => {
  it.each<[string, object]>([
    ['postgres://me:p%40ss@host:5432/base', { type: 'postgres', host: 'host', port: 5432, login: 'me', password: 'p@ss', schema: 'base', extra: {} }],
    ['postgresql://host', { ...none, type: 'postgres', host: 'host' }],
    ['http://127.0.0.1:8080', { ...none, type: 'http', host: '127.0.0.1', port: 8080 }],
    ['http://me@[::1]:80/https?a=b', { ...none, type: 'http', host: '::1', port: 80, login: 'me', schema: 'https', extra: { a: 'b' } }],
    ['aws://key:secret@/?region=eu', { ...none, type: 'aws', login: 'key', password: 'secret', extra: { region: 'eu' } }],
    ['http://:pw@host', { ...none, type: 'http', host: 'host', password: 'pw' }],
    ['x://?__extra__=%7B%22a%22%3A%5B1%5D%7D', { ...none, type: 'x', extra: { a: [1] } }],
    [
      '{"conn_type":"postgres","host":"h","port":"5433","login":"l","password":"p","schema":"s","extra":{"a":1}}',
      { type: 'postgres', host: 'h', port: 5433, login: 'l', password: 'p', schema: 's', extra: { a: 1 } },
    ],
    ['{"conn_type":"http","host":"https://x/","extra":"{\\"k\\": 2}"}', { ...none, type: 'http', host: 'https://x/', extra: { k: 2 } }],
  ])('%s', (text, expected) => {
    expect(parseConnection('c', text)).toEqual({ connectionId: 'c', ...expected })
  })

  it.each([
    ['host:5432'],
    ['postgres://a b/:x@y@z/'],
    ['postgres://h:99999/'],
    ['postgres://me:hunter2%zz@h/'],
    ['{"host":'],
    ['{"host":"h"}'],
    ['{"conn_type":"x","extra":[1]}'],
    ['{"conn_type":3}'],
    [''],
  ])('refuses %j, and does not repeat it', (text) => {
    expect(() => parseConnection('c', text)).toThrow(/^connection 'c': /)
    expect(() => parseConnection('c', text)).not.toThrow(/hunter2/)
  })
})

describe('secrets', () => {
  it('are the password and what is called so in extra', () => {
    expect(secretsOf(parseConnection('c', '{"conn_type":"x","password":"one","extra":{"api_key":"two","region":"eu","token":{"value":"three"}}}'))).toEqual([
      'one',
      'two',
      'three',
    ])
  })

  it('are masked, also inside JSON and URLs, the longest first', () => {
    const secrets = makeSecrets()
    for (const secret of ['abc"de', 'p@ss/word', 'longer', 'longer-still', 'ab']) secrets.add(secret)
    expect(secrets.mask('abc"de {"x":"abc\\"de"} p%40ss%2Fword longer-still longer ab')).toBe('*** {"x":"***"} *** *** *** ab')
  })
})
