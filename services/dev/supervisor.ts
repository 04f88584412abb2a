import { join } from 'node:path'
import { ensureError } from '../core/errors.ts'
import { ask, until } from './api-client.ts'
import { runExample } from './first-run.ts'
import { openGuard } from './guard.ts'
import { endLeftovers, forgetInstance, type Instance, recordInstance } from './instance.ts'
import { type LocalStack, planStack, startLocalStack } from './local-stack.ts'
import { exampleFolder, type StartOptions } from './options.ts'
import { identityOf } from './process-identity.ts'
import { runOnce } from './run-once.ts'
import { serviceEnv } from './service-env.ts'
import { serviceProcesses } from './service-processes.ts'
import { prepareState, requireFreeWebPort, webPortOf } from './state.ts'
import { type Supervised, type SupervisedSpec, supervise } from './supervised.ts'
import type { Terminal } from './terminal.ts'
import { openUserApi, type UserApi } from './user-api.ts'

const readyTimeoutMs = 60_000
// a worker gives its tasks 30 s by default
const drainMs = 40_000

export interface Supervisor {
  readonly url: string
  /** The stack takes work: servers, services and a worker are up. */
  readonly ready: Promise<void>
  /** In order: worker, services, servers. */
  stop(): Promise<void>
  /** All at once, without asking. */
  kill(): void
}

interface Health {
  readonly workers?: { readonly alive?: number }
}

const workerIsUp = async (url: string): Promise<true | undefined> => {
  const answer = await ask(url, '/api/v2/monitor/health')
  return answer?.status === 200 && ((answer.body as Health).workers?.alive ?? 0) > 0 ? true : undefined
}

/** Brings up everything on a data directory whose lock this process holds. */
export const startSupervisor = async (options: StartOptions, env: NodeJS.ProcessEnv, terminal: Terminal): Promise<Supervisor> => {
  const { dataDir } = options
  const started = performance.now()
  const host = env['MILLRACE_HOST'] || '127.0.0.1'
  const left = await endLeftovers(dataDir)
  if (left.length > 0) terminal.say(`ended what an earlier start had left running: ${left.join(', ')}`)
  const web = webPortOf(dataDir, options.port)
  await requireFreeWebPort(web, host)
  const state = await prepareState(dataDir, web)

  const url = `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${state.web}`
  const plan = planStack(env, state)
  const guard = openGuard()
  const over = new AbortController()
  const children: Supervised[] = []
  let stack: LocalStack | undefined
  let stage: Instance['stage'] = 'starting'
  const since = new Date().toISOString()
  const supervisor = identityOf(process.pid)
  let isOver = false
  const record = () => {
    if (isOver) return
    const running = [...(stack?.servers() ?? []), ...children].flatMap(({ name, pid }) => {
      const id = pid()
      return id === undefined ? [] : [{ name, ...identityOf(id) }]
    })
    recordInstance(dataDir, { supervisor, stage, url, since, env: plan.env, processes: running })
  }
  const keeper = { guard, warn: terminal.warn, onChange: record }
  const userApi: UserApi = await openUserApi(state.ports.userApi)
  const processEnv = serviceEnv({ options, env, state, plan, host, userApiUrl: userApi.url })
  const start = (spec: SupervisedSpec): Supervised => {
    const child = supervise(spec, terminal, guard, record)
    children.push(child)
    return child
  }
  const processes = serviceProcesses(options.separate, processEnv, join(dataDir, 'log'))

  // The services load, and the page says "starting", while the servers come up.
  const early = processes.early.map(start)
  stack = startLocalStack({ dataDir, state, plan, env, say: terminal.say, signal: over.signal }, keeper)
  record()

  const ready = (async () => {
    await stack.ready
    for (const child of early) child.go()
    if (processes.migration) await runOnce(processes.migration, terminal, over.signal)
    // a child that cannot migrate dies before it is ready, and says why
    await Promise.all(early.map((child) => Promise.race([child.migrated, child.ready])))
    const late = processes.late.map(start)
    await Promise.all([...early, ...late].map((child) => child.ready))
    await until('a worker reports', readyTimeoutMs, over.signal, () => workerIsUp(url))
    stage = 'ready'
    record()
    terminal.say(`${terminal.paint('green', 'ready')} in ${((performance.now() - started) / 1000).toFixed(1)} s: ${terminal.paint('bold', url)}`)
  })()
  ready.then(
    () => {
      if (!options.example || !options.dagFolders.includes(exampleFolder)) return
      runExample(url, terminal, over.signal).catch((thrown) => {
        if (!over.signal.aborted) terminal.warn(`the example did not run: ${ensureError(thrown).message}`)
      })
    },
    () => undefined, // whoever waits for it sees the reason
  )

  const stop = async () => {
    over.abort()
    stage = 'stopping'
    record()
    const workers = children.filter(({ name }) => name === 'worker')
    await Promise.all(workers.map((child) => child.stop(drainMs)))
    await Promise.all(children.filter((child) => !workers.includes(child)).map((child) => child.stop(drainMs)))
    await stack?.stop()
    await userApi.close()
    isOver = true
    guard.dismiss()
    forgetInstance(dataDir)
  }
  const kill = () => {
    isOver = true
    over.abort()
    for (const child of children) child.kill()
    stack?.kill()
    forgetInstance(dataDir)
  }
  return { url, ready, stop, kill }
}
