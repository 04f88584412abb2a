import { fromRoot } from './paths.mjs'
import { run, say, tool } from './run.mjs'

const checks = [
  ['format and lint (biome)', tool('biome'), ['ci', `--colors=${process.stdout.isTTY ? 'force' : 'off'}`, '.']],
  ['promises and types in use (oxlint)', tool('oxlint'), ['--type-aware', '--quiet', '.']],
  ['types (tsc)', tool('tsc'), ['-p', 'tsconfig.json', '--noEmit']],
  ['types of tests and dags (tsc)', tool('tsc'), ['-p', 'test/tsconfig.json', '--noEmit']],
  ['types of the web page (tsc)', tool('tsc'), ['-p', 'services/ui/tsconfig.json', '--noEmit']],
  ['generated schemas', process.execPath, ['schemas/generate.mjs', '--check']],
]

/** Runs all static checks, two at a time; shows the output of those that fail and resolves with their names. */
export const runStaticChecks = async () => {
  const failed = []
  const waiting = [...checks]
  const next = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const [name, command, args] = check
      const started = performance.now()
      const { code, output } = await run(command, args, { quiet: true })
      const seconds = ((performance.now() - started) / 1000).toFixed(1)
      if (code === 0) say(`ok    ${name} ${seconds} s`)
      else {
        failed.push(name)
        say(`FAIL  ${name} ${seconds} s\n${output.trimEnd()}`)
      }
    }
  }
  await Promise.all([next(), next()])
  return failed
}

/** Runs vitest with its output shown; resolves with its exit code. */
export const vitest = async (args, browser, more = {}) => {
  const env = { ...(browser ? { MILLRACE_CHROMIUM: browser } : {}), ...more }
  const { code } = await run(tool('vitest'), ['run', '--config', fromRoot('test', 'vitest.config.ts'), ...args], { env })
  return code ?? 1
}
