import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endLeftovers, forgetInstance, type Instance, recordInstance, runningInstance, takeLock } from '../../../services/dev/instance.ts'
import { identityOf, isAlive } from '../../../services/dev/process-identity.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'millrace-instance-'))
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

const instance = (over: Partial<Instance> = {}): Instance => ({
  supervisor: identityOf(process.pid),
  stage: 'ready',
  url: 'http://127.0.0.1:8080',
  since: '2026-01-01T00:00:00Z',
  env: {},
  processes: [],
  ...over,
})

describe('who runs on a data directory', () => {
  it('is found while the supervisor lives', () => {
    expect(runningInstance(dataDir)).toBeUndefined()
    recordInstance(dataDir, instance())
    expect(runningInstance(dataDir)).toMatchObject({ url: 'http://127.0.0.1:8080', stage: 'ready' })
    forgetInstance(dataDir)
    expect(runningInstance(dataDir)).toBeUndefined()
  })

  it('is nobody when the pid belongs to another process by now', () => {
    recordInstance(dataDir, instance({ supervisor: { pid: process.pid, started: 'another boot/123' } }))
    expect(runningInstance(dataDir)).toBeUndefined()
  })

  it('is nobody when the file was cut off with the power', () => {
    for (const text of ['', '{', 'null', '{"supervisor":{}}']) {
      writeFileSync(join(dataDir, 'run.json'), text)
      expect(runningInstance(dataDir)).toBeUndefined()
    }
  })

  it('holds a lock that only a dead holder loses', () => {
    expect(takeLock(dataDir)).toBeUndefined()
    expect(takeLock(dataDir)).toMatchObject({ pid: process.pid })
    writeFileSync(join(dataDir, 'supervisor.lock'), JSON.stringify({ pid: process.pid, started: 'another boot/123' }))
    expect(takeLock(dataDir)).toBeUndefined()
    writeFileSync(join(dataDir, 'supervisor.lock'), '')
    expect(takeLock(dataDir)).toBeUndefined()
  })

  it('leaves processes that the next start ends, and no others', async () => {
    const child = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' })
    await once(child, 'spawn')
    const mine = { name: 'Kafka', ...identityOf(child.pid as number) }
    const stranger = { name: 'Postgres', pid: process.pid, started: 'another boot/123' }
    recordInstance(dataDir, instance({ supervisor: { pid: 1, started: 'another boot/1' }, processes: [mine, stranger] }))
    const exited = once(child, 'exit')
    expect(await endLeftovers(dataDir)).toEqual(['Kafka'])
    expect((await exited)[1]).toBe('SIGTERM')
    expect(isAlive(mine)).toBe(false)
  })
})
