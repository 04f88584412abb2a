import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accepts, freePortNear, holderOf, isFree } from '../../../services/dev/stack/ports.ts'
import { prepareState, readState, requireFreeWebPort, webPortOf } from '../../../services/dev/state.ts'

let dataDir: string
let server: Server
let taken: number
beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'millrace-ports-'))
  server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  taken = (server.address() as AddressInfo).port
})
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve))
  rmSync(dataDir, { recursive: true, force: true })
})

describe('ports', () => {
  it('are seen as taken or free', async () => {
    expect(await isFree(taken)).toBe(false)
    expect(await accepts(taken)).toBe(true)
    const other = await freePortNear(taken, new Set())
    expect(other).not.toBe(taken)
    expect(await isFree(other)).toBe(true)
    expect(await accepts(other)).toBe(false)
  })

  it('say who holds them', async () => {
    expect(await holderOf(taken)).toMatch(new RegExp(`\\(pid ${process.pid}\\)$`))
  })

  it('give one line when the web port is taken', async () => {
    const line = new RegExp(`^port ${taken} is taken by .+ \\(pid ${process.pid}\\): end that, or choose another with --port ${taken + 1}$`)
    await expect(requireFreeWebPort(taken, '127.0.0.1')).rejects.toThrow(line)
  })
})

describe('the state of a data directory', () => {
  it('remembers ports and password', async () => {
    const first = await prepareState(dataDir, 12_345)
    const second = await prepareState(dataDir, webPortOf(dataDir, undefined))
    expect(second).toEqual(first)
    expect(second.web).toBe(12_345)
    expect(new Set(Object.values(first.ports)).size).toBe(6)
    expect(first.postgresPassword.length).toBeGreaterThan(20)
  })

  it('takes another port for a server whose own was taken meanwhile', async () => {
    const first = await prepareState(dataDir, 12_345)
    writeFileSync(join(dataDir, 'state.json'), JSON.stringify({ ...first, ports: { ...first.ports, kafka: taken } }))
    const second = await prepareState(dataDir, 12_345)
    expect(second.ports.kafka).not.toBe(taken)
    expect(second.ports.postgres).toBe(first.ports.postgres)
  })

  it('of another version or damaged is refused with the remedy', () => {
    writeFileSync(join(dataDir, 'state.json'), '{"version":7}')
    expect(() => readState(dataDir)).toThrow(/another version of Millrace \(layout 7, this one reads 1\).*--reset.*--data-dir/)
    writeFileSync(join(dataDir, 'state.json'), '{"version":1}')
    expect(() => readState(dataDir)).toThrow(/is damaged: start with --reset/)
    writeFileSync(join(dataDir, 'state.json'), 'x')
    expect(() => readState(dataDir)).toThrow(basename(dataDir))
  })
})
