#!/usr/bin/env node
// The command `millrace`: plain JavaScript, so that a fresh clone can run it. Builds first when nothing was built yet, then hands over.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const main = new URL('../../dist/services/cli/main.js', import.meta.url)
const bootstrap = new URL('../dev/bootstrap.mjs', import.meta.url)

let ready = existsSync(main)
if (!ready) {
  // Its words go to stderr: what a command prints stays readable for programs.
  const { status } = spawnSync(process.execPath, [fileURLToPath(bootstrap), 'build'], { stdio: ['ignore', 2, 2] })
  ready = status === 0 && existsSync(main)
}
if (ready) await import(main.href)
else {
  process.stderr.write('millrace: Millrace is not built: run `npm start`, or `npm run build` to see what is wrong\n')
  process.exitCode = 1
}
