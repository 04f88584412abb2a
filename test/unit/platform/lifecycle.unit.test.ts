/** Each case is a process of its own: its exit code and what it says are what a supervisor and a person see. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const here = fileURLToPath(new URL('.', import.meta.url))
let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-lifecycle-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let count = 0
/** A main.ts with this body for `start`; `say` writes a line at once. */
const startProcess = async (
  start: string,
): Promise<{ child: ChildProcess; said: (line: string) => Promise<void>; ended: Promise<{ code: number | null; output: string }> }> => {
  const outfile = join(folder, `main-${++count}.mjs`)
  const contents = `
    import { writeSync } from 'node:fs'
    import { MillraceError } from '../../../services/core/errors.ts'
    import { runMain } from '../../../services/platform/lifecycle.ts'
    const say = line => writeSync(1, line + '\\n')
    const forever = new Promise(() => undefined)
    setInterval(() => undefined, 1000)
    runMain('test', async onFailed => { ${start} })
  `
  await build({
    stdin: { contents, resolveDir: here, loader: 'ts' },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)" },
    logLevel: 'error',
  })
  const child = spawn(process.execPath, [outfile], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  const looks = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => {
      output += data
      for (const look of [...looks]) look()
    })
  const ended = new Promise<{ code: number | null; output: string }>((resolve) => child.on('close', (code) => resolve({ code, output })))
  const said = (line: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!output.includes(line)) return
        looks.delete(look)
        resolve()
      }
      looks.add(look)
      look()
    })
  return { child, said, ended }
}

const service = (stop: string, close = `say('closed')`): string => `
  say('started')
  return { service: { name: 'test', stop: async () => { ${stop} } }, close: async () => { ${close} } }`

describe('runMain', () => {
  it('stops the service, then closes what it stands on, at the first signal', async () => {
    const { child, said, ended } = await startProcess(service(`say('stopped')`))
    await said('test runs')
    child.kill('SIGTERM')
    const { code, output } = await ended
    expect(code).toBe(0)
    expect(output.indexOf('stopped')).toBeLessThan(output.indexOf('closed'))
    expect(output).toContain('SIGTERM: stopping')
  })

  it('ends at once at the second signal', async () => {
    const { child, said, ended } = await startProcess(service(`say('stopping'); await forever`))
    await said('test runs')
    child.kill('SIGINT')
    await said('stopping\n')
    child.kill('SIGINT')
    expect((await ended).code).toBe(130)
  })

  it('ends with code 1 and one line when the start is refused', async () => {
    const { code, output } = await (await startProcess(`throw new MillraceError('bad_config', 'PORT is not right')`)).ended
    expect(code).toBe(1)
    expect(output).toContain('test does not start: PORT is not right')
    expect(output).not.toContain('    at ')
  })

  it('ends with code 1 after it closed when the service cannot go on', async () => {
    const { code, output } = await (await startProcess(`setTimeout(() => onFailed(new Error('lost')), 50); ${service(`say('stopped')`)}`)).ended
    expect(code).toBe(1)
    expect(output).toContain('test cannot go on')
    expect(output).toMatch(/stopped[\s\S]*closed/)
  })

  it.each([
    ['an uncaught error', `setTimeout(() => { throw new Error('boom') }, 50)`],
    ['an unhandled rejection', `setTimeout(() => { Promise.reject(new Error('boom')) }, 50)`],
  ])('ends with code 1 at %s', async (_, trouble) => {
    const { code, output } = await (await startProcess(`${trouble}; ${service('')}`)).ended
    expect(code).toBe(1)
    expect(output).toContain('boom')
  })

  it('ends with code 1 when stopping fails', async () => {
    const { child, said, ended } = await startProcess(service(`throw new Error('will not stop')`))
    await said('test runs')
    child.kill('SIGTERM')
    const { code, output } = await ended
    expect(code).toBe(1)
    expect(output).toContain('will not stop')
    expect(output).toContain('closed')
  })
})
