/** A worker in this process, with real task processes, on any platform. */
import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Platform } from '../../../services/platform/platform.ts'
import { readWorkerConfig, type WorkerConfig } from '../../../services/worker/config.ts'
import { startWorker, type WorkerService } from '../../../services/worker/service.ts'
import { type FakeExecutor, openFakeExecutor } from './fake-executor.ts'

export interface WorkerBench {
  readonly executor: FakeExecutor
  readonly folder: string
  readonly failures: readonly Error[]
  worker(over?: Partial<WorkerConfig>): Promise<WorkerService>
  close(): Promise<void>
}

export const openWorkerBench = async (platform: Platform): Promise<WorkerBench> => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-worker-'))
  const executor = await openFakeExecutor(platform)
  const failures: Error[] = []
  const workers: WorkerService[] = []
  return {
    executor,
    folder,
    failures,
    async worker(over = {}) {
      const config = {
        ...readWorkerConfig({ PATH: process.env.PATH, MILLRACE_DATA_DIR: folder, MILLRACE_HOSTNAME: 'test', MILLRACE_GRACE_MS: '5000' }),
        ...over,
      }
      const worker = await startWorker(platform, config, (error) => failures.push(error))
      workers.push(worker)
      return worker
    },
    async close() {
      await Promise.all(
        workers.map((worker) => {
          const stopped = worker.stop()
          worker.hurry()
          return stopped
        }),
      )
      await executor.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** State, parent, group and session of a process; null when there is none. A zombie counts as none: its parent has just not looked yet. */
const stateOf = (pid: number | string): readonly string[] | null => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ', 4)
    return fields[0] === 'Z' ? null : fields
  } catch {
    return null
  }
}

export const lives = (pid: number): boolean => stateOf(pid) !== null

export const groupLives = (group: number): boolean => readdirSync('/proc').some((name) => /^\d+$/.test(name) && stateOf(name)?.[2] === String(group))
