import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { identityOf, isAlive, startOf } from '../../../services/dev/process-identity.ts'

const stat = (name: string, state: string, threads: number) => `4711 (${name}) ${state} 1 4711 4711 0 -1 4194560 9 0 0 0 3 1 0 0 20 0 ${threads} 0 83012 0 0`

describe('when a process started', () => {
  it('is told while it lives, whatever its name', () => {
    for (const name of ['node', 'a) Z 1 (b', '']) expect(startOf(stat(name, 'S', 11))).toBe('83012')
  })
  it('is told of one whose first thread alone has ended: the others hold its ports', () => {
    expect(startOf(stat('node', 'Z', 7))).toBe('83012')
  })
  it('is not told of one that has ended and waits for its parent', () => {
    expect(startOf(stat('node', 'Z', 1))).toBeUndefined()
  })
  it.runIf(process.platform === 'linux')('is read from the real file alike', () => {
    expect(startOf(readFileSync(`/proc/${process.pid}/stat`, 'utf8'))).toMatch(/^\d+$/)
  })
})

describe('a process', () => {
  it('is alive until it ends, and another one of the same number is not it', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(child, 'spawn')
    const identity = identityOf(child.pid as number)
    expect(isAlive(identity)).toBe(true)
    expect(isAlive({ ...identity, started: 'at another time' })).toBe(false)
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(isAlive(identity)).toBe(false)
  })
})
