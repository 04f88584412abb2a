/**
 * Tasks that keep the ledger. Their context carries no token, so a try is named by (run, task, map index, try). At its start a try also looks
 * whether another of the same instance is alive at this moment: every running try has a file with its process in `<ledger>.live/`.
 */
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { defer, fail, type Task, type TaskContext, type TaskOptions, task, triggers } from 'millrace'
import type { LedgerLine } from './ledger.ts'

export interface Work {
  /** How long the try takes. */
  readonly ms: number
  /** It is deferred for so long first, in the triggerer. */
  readonly waitMs?: number
  /** Its end: `fail` is for good, `throw` may be tried again. */
  readonly ends?: (tryNumber: number) => 'ok' | 'throw' | 'fail'
}

/** Long tries say that they live. */
const tickMs = 200

export const recorded = (taskId: string, options: TaskOptions, work: Work): Task =>
  task(taskId, options, async (context) => {
    if (work.waitMs !== undefined && context.resume === null) defer(triggers.time({ at: new Date(Date.now() + work.waitMs) }))
    const ledger = await context.variable('ledger')
    const say = sayTo(ledger, context)
    const live = openLive(ledger, context)
    say('start', null, live.beside)
    const end = Date.now() + work.ms
    while (Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, Math.min(tickMs, end - Date.now())))
      if (end - Date.now() > tickMs) say('tick', null, 0)
    }
    const outcome = work.ends?.(context.task.tryNumber) ?? 'ok'
    say('end', outcome === 'ok' ? 'ok' : 'failed', 0)
    live.close()
    if (outcome === 'fail') fail('as it was told')
    if (outcome === 'throw') throw new Error('as it was told')
  })

const sayTo = (ledger: string, { run, task }: TaskContext) => {
  const of = { dag: run.dagId, run: run.runId, task: task.taskId, mapIndex: task.mapIndex, try: task.tryNumber, pid: process.pid, worker: process.ppid }
  return (kind: LedgerLine['kind'], outcome: LedgerLine['outcome'], beside: number): void => {
    const line: LedgerLine = { ...of, kind, outcome, beside, t: Date.now() }
    appendFileSync(ledger, `${JSON.stringify(line)}\n`)
  }
}

const openLive = (ledger: string, { run, task }: TaskContext): { readonly beside: number; close(): void } => {
  const folder = `${ledger}.live`
  mkdirSync(folder, { recursive: true })
  const file = `${folder}/${encodeURIComponent(`${run.dagId}/${run.runId}/${task.taskId}/${task.mapIndex}`)}`
  const [tryNumber = '0', pid = '', since = ''] = contentOf(file).split(' ')
  const isAlive = pid !== '' && startOf(pid) === since
  writeFileSync(file, `${task.tryNumber} ${process.pid} ${startOf('self')}`)
  return { beside: isAlive ? Number(tryNumber) : 0, close: () => rmSync(file, { force: true }) }
}

/** When the process started, in the kernel's ticks; '' when it is gone or only waits to be buried. A pid alone may be another's by now. */
const startOf = (pid: string): string => {
  const [state, ...rest] = (contentOf(`/proc/${pid}/stat`).split(') ').at(-1) ?? '').split(' ')
  return state === undefined || state === 'Z' || state === 'X' ? '' : (rest[18] ?? '')
}

const contentOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}
