import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'

interface ComposeService {
  readonly image?: string
  readonly command?: string | readonly string[]
  readonly environment?: Readonly<Record<string, string | number>>
  readonly ports?: readonly string[]
  readonly healthcheck?: object
  readonly restart?: string
  readonly container_name?: string
}

const root = fileURLToPath(new URL('../../../', import.meta.url))
const text = readFileSync(`${root}docker-compose.yaml`, 'utf8')
const { services, volumes } = parse(text, { merge: true }) as { services: Record<string, ComposeService>; volumes: object }
const hasDockerCompose = spawnSync('docker-compose', ['version']).status === 0
const config = (env: Record<string, string>) =>
  execFileSync('docker-compose', ['--file', `${root}docker-compose.yaml`, 'config'], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
    stdio: 'pipe',
  })

describe('docker-compose.yaml', () => {
  it('has each server and each service on its own', () => {
    expect(Object.keys(services)).toEqual(
      expect.arrayContaining(['kafka', 'postgres', 'registry', 'migrate', 'parser', 'scheduler', 'executor', 'projector', 'worker', 'api']),
    )
    expect(Object.keys(volumes)).toEqual(expect.arrayContaining(['kafka', 'postgres', 'logs']))
  })

  it('starts files that exist', () => {
    for (const { command } of Object.values(services)) {
      const entry = Array.isArray(command) ? String(command[0]) : ''
      if (entry.startsWith('dist/')) expect(existsSync(root + entry.replace('dist/', '').replace(/\.js$/, '.ts')), entry).toBe(true)
    }
  })

  it('listens on this machine only', () => {
    const ports = Object.values(services).flatMap((service) => service.ports ?? [])
    expect(ports.length).toBeGreaterThan(3)
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:/)
  })

  it('has no password of its own', () => {
    expect(text.match(/\$\{POSTGRES_PASSWORD[^}]*\}/g)?.every((use) => use.includes(':?'))).toBe(true)
    for (const { environment = {} } of Object.values(services)) {
      for (const [name, value] of Object.entries(environment)) if (/PASSWORD/.test(name)) expect(String(value), name).toMatch(/^\$\{POSTGRES_PASSWORD:\?/)
    }
  })

  it('checks the health of all that listens, and starts what ends again', () => {
    for (const name of ['kafka', 'postgres', 'registry', 'api']) expect(services[name]?.healthcheck, name).toBeDefined()
    for (const name of ['kafka', 'postgres', 'registry', 'parser', 'scheduler', 'executor', 'projector', 'worker', 'api'])
      expect(services[name]?.restart, name).toBe('unless-stopped')
  })

  it('lets workers be as many as wanted', () => {
    expect(services['worker']?.ports).toBeUndefined()
    expect(services['worker']?.container_name).toBeUndefined()
  })

  it.runIf(hasDockerCompose)('is accepted by docker-compose, with a password and not without', () => {
    expect(config({ POSTGRES_PASSWORD: 'x1' })).toContain('apache/kafka:4.3.1')
    expect(() => config({})).toThrow(/set POSTGRES_PASSWORD/)
  })
})
