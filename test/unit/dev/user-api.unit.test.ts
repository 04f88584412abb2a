import { describe, expect, it } from 'vitest'
import { anyFreePort } from '../../../services/dev/stack/ports.ts'
import { openUserApi } from '../../../services/dev/user-api.ts'
import { userRecords } from '../../../services/dev/user-records.ts'

describe('the HTTP API of the examples', () => {
  it('answers several hundred users of the shape that example 02 reads', async () => {
    const api = await openUserApi(await anyFreePort())
    try {
      const response = await fetch(`${api.url}/api/`)
      const { results } = (await response.json()) as { results: typeof userRecords }
      expect(response.status).toBe(200)
      expect(results).toEqual(userRecords)
      expect(results.length).toBeGreaterThan(300)
      expect(results[0]).toEqual({
        name: { first: 'Ada', last: 'Byron' },
        location: { country: 'Brazil' },
        login: { username: 'adabyron100', password: expect.stringMatching(/^example-/) },
        email: 'ada.byron.0@example.com',
      })
      expect((await fetch(`${api.url}/other`)).status).toBe(404)
      expect((await fetch(`${api.url}/api/`, { method: 'POST' })).status).toBe(405)
    } finally {
      await api.close()
    }
  })

  it('tells each user once, with every field filled', () => {
    expect(new Set(userRecords.map((user) => user.login.username)).size).toBe(userRecords.length)
    expect(new Set(userRecords.map((user) => user.email)).size).toBe(userRecords.length)
    for (const { name, location, login, email } of userRecords)
      for (const text of [name.first, name.last, location.country, login.username, login.password, email]) expect(text).toMatch(/\S/)
  })
})
