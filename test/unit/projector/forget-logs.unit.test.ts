import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { logPath, sidecarOf } from '../../../services/core/log-path.ts'
import { forgetLogs } from '../../../services/projector/logs/forget-logs.ts'

const at = Date.parse('2026-03-01T00:00:00Z')
const day = Date.parse('2026-01-01T00:00:00Z')
let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-forget-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** A try's two files, last written `ageMs` before the run was forgotten. */
const write = async (runId: string, logicalDate: number | null, more: { taskId?: string; mapIndex?: number; tryNumber?: number; ageMs?: number } = {}) => {
  const { ageMs = 1000, ...rest } = more
  const path = logPath({ dagId: 'etl', runId, taskId: 'a/b', mapIndex: -1, tryNumber: 1, logicalDate, ...rest })
  await mkdir(dirname(join(folder, path)), { recursive: true })
  for (const file of [path, sidecarOf(path)]) {
    await writeFile(join(folder, file), 'x')
    await utimes(join(folder, file), (at - ageMs) / 1000, (at - ageMs) / 1000)
  }
  return path
}
const left = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name.endsWith('.log')).length

test('all tries and mapped instances of the run go, and nothing of others', async () => {
  const gone = [
    await write('r', day),
    await write('r', day, { tryNumber: 2 }),
    await write('r', day, { mapIndex: 3, taskId: 'c' }),
    await write('by_data', null),
  ]
  await write('other', day + 1)
  await write('other', null)
  const runs = [
    { dagId: 'etl', runId: 'r', logicalDate: day, at },
    { dagId: 'etl', runId: 'by_data', logicalDate: null, at },
    { dagId: 'etl', runId: 'never_ran', logicalDate: day + 2, at },
    { dagId: 'none', runId: 'r', logicalDate: day, at },
  ]
  expect([...(await forgetLogs(folder, runs))].sort()).toEqual(gone.flatMap((path) => [path, sidecarOf(path)]).sort())
  expect(await left()).toBe(2)
  expect((await readdir(join(folder, 'etl', 'a%2Fb'))).length).toBe(2)
  expect(await forgetLogs(folder, runs)).toEqual([])
})

test('what a later run of the same date has written stays', async () => {
  const old = await write('r', day, { tryNumber: 2 })
  await write('again', day, { tryNumber: 1, ageMs: -1000 })
  expect(await forgetLogs(folder, [{ dagId: 'etl', runId: 'r', logicalDate: day, at }])).toEqual([old, sidecarOf(old)])
  expect(await left()).toBe(1)
})
