import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { skip } from '../outcomes.ts'
import { isoOf } from '../templates/dates.ts'
import type { OperatorRun } from './operator-run.ts'
import { killAll, treeOf } from './process-tree.ts'

/** After SIGTERM, before SIGKILL. */
const graceMs = 2_000
/** A line that goes on for longer is written in pieces. */
const maxLine = 16_384

/**
 * Runs `bash -c`. Output goes to the log line by line; the last line of standard output is the result. The command stays in this process's group,
 * so that whoever kills a worker's child by its group (the reaper, a time-out) takes the command along; an abort kills the command and its children.
 */
export const runBash = async (run: OperatorRun): Promise<string> => {
  const { args, context } = run
  const ownFolder = typeof args.cwd === 'string' ? null : await mkdtemp(join(tmpdir(), 'millrace-bash-'))
  try {
    return await runIn(run, ownFolder ?? String(args.cwd))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' && ownFolder === null)
      throw new Error(`bash, or the folder ${String(args.cwd)}, does not exist on this worker`, { cause: error })
    throw error
  } finally {
    if (ownFolder !== null)
      await rm(ownFolder, { recursive: true, force: true }).catch((error: Error) =>
        context.log.warn(`the temporary folder could not be removed: ${error.message}`),
      )
  }
}

const runIn = async ({ args, context, facts }: OperatorRun, cwd: string): Promise<string> => {
  const command = String(args.command)
  context.log.info(`running: ${command}`)
  const child = spawn('bash', ['-c', command], { cwd, env: environment(args.env, args.appendEnv === true, facts), stdio: ['ignore', 'pipe', 'pipe'] })
  let tree: readonly number[] = []
  let kill: NodeJS.Timeout | undefined
  const onAbort = (): void => {
    // Remembered: what outlives its parent is nobody's descendant any more.
    tree = treeOf(child.pid)
    killAll(tree, 'SIGTERM')
    kill = setTimeout(() => killAll([...tree, ...treeOf(child.pid)], 'SIGKILL'), graceMs)
  }
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal }))
  })
  context.signal.addEventListener('abort', onAbort, { once: true })
  if (context.signal.aborted) onAbort()
  try {
    let last = ''
    byLine(child.stdout, (line) => {
      last = line
      context.log.info(line)
    })
    byLine(child.stderr, (line) => context.log.warn(line))
    const { code, signal } = await ended
    context.signal.throwIfAborted()
    if (code === 0) return last
    const skipCodes = args.skipOnExitCode === null ? [] : [args.skipOnExitCode ?? 99].flat()
    if (code !== null && skipCodes.includes(code)) skip(`the command ended with exit code ${code}`)
    throw new Error(code === null ? `the command was killed by ${signal}` : `the command failed with exit code ${code}: its output says why`)
  } finally {
    clearTimeout(kill)
    killAll(tree, 'SIGKILL')
    context.signal.removeEventListener('abort', onAbort)
  }
}

const byLine = (stream: Readable, onLine: (line: string) => void): void => {
  let open = ''
  stream.setEncoding('utf8')
  stream.on('data', (text: string) => {
    const lines = (open + text).split('\n')
    open = lines.pop() ?? ''
    for (const line of lines) onLine(line.endsWith('\r') ? line.slice(0, -1) : line)
    for (; open.length > maxLine; open = open.slice(maxLine)) onLine(open.slice(0, maxLine))
  })
  stream.on('end', () => {
    if (open !== '') onLine(open)
  })
}

/** The worker's own environment belongs to the command unless it brings one (Airflow's rule). */
const environment = (given: unknown, append: boolean, facts: OperatorRun['facts']): NodeJS.ProcessEnv => ({
  // biome-ignore lint/style/noProcessEnv: what a command inherits is the environment itself, no setting of ours
  ...(given === undefined || append ? process.env : {}),
  MILLRACE_CTX_DAG_ID: facts.dagId,
  MILLRACE_CTX_TASK_ID: facts.taskId,
  MILLRACE_CTX_RUN_ID: facts.runId,
  MILLRACE_CTX_TRY_NUMBER: String(facts.tryNumber),
  ...(facts.logicalDate === null ? {} : { MILLRACE_CTX_LOGICAL_DATE: isoOf(facts.logicalDate) }),
  ...(given as Record<string, string> | undefined),
})
