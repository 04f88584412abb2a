import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makeXComFolder } from '../../../services/worker/child/xcom-folder.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-xcom-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('keeps a value under its hash, once', async () => {
  const store = makeXComFolder(join(folder, 'new'))
  const ref = await store.put('[1,2]')
  expect(ref).toMatch(/^file:[0-9a-f]{64}\.json$/)
  expect(await store.put('[1,2]')).toBe(ref)
  expect(await store.get(ref)).toBe('[1,2]')
  expect(await readdir(join(folder, 'new'))).toEqual([ref.slice(5)])
})

it('opens nothing but its own files', async () => {
  const store = makeXComFolder(folder)
  for (const ref of ['file:../../etc/passwd', '/etc/passwd', 'file:x.json', `file:${'a'.repeat(64)}.json/../../x`, `file:${'a'.repeat(64)}.json\0`])
    await expect(store.get(ref)).rejects.toThrow(/no reference/)
  await expect(store.get(`file:${'a'.repeat(64)}.json`)).rejects.toThrow(/MILLRACE_XCOM_DIR/)
})
