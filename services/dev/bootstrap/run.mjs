import { spawn } from 'node:child_process'
import { fromRoot } from './paths.mjs'

/** Something a person can mend: shown as one line, without a stack. */
export class Problem extends Error {}

/** Says what is going on while one waits. */
export const say = (text) => process.stdout.write(`millrace: ${text}\n`)

/** Runs a command to its end; output is shown, or kept (`quiet`). Resolves with code and output, `code` null when there is no such command. */
export const run = (command, args, { quiet = false, env = {}, cwd = fromRoot() } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio: quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        output += chunk
      })
    child.once('error', (error) => (error.code === 'ENOENT' ? resolve({ code: null, output }) : reject(error)))
    child.once('close', (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), output }))
  })

/** A tool of node_modules. */
export const tool = (name) => fromRoot('node_modules', '.bin', name)
