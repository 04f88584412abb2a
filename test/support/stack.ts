import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openGuard } from '../../services/dev/guard.ts'
import { planStack, type StackEnv, startLocalStack } from '../../services/dev/local-stack.ts'
import { anyFreePort } from '../../services/dev/stack/ports.ts'

/** Kafka, Postgres and the registry for tests. */
export interface TestStack {
  readonly env: StackEnv
  stop(): Promise<void>
}

const freePorts = async <N extends string>(names: readonly N[]): Promise<Record<N, number>> => {
  const ports = new Set<number>()
  while (ports.size < names.length) ports.add(await anyFreePort())
  return Object.fromEntries([...ports].map((port, i) => [names[i], port])) as Record<N, number>
}

/** The servers that KAFKA_BROKERS, DATABASE_URL and SCHEMA_REGISTRY_URL name; what they do not name is started on free ports in a folder of its own. */
export const startTestStack = async (): Promise<TestStack> => {
  const ports = await freePorts(['kafka', 'controller', 'postgres', 'registry', 'registryManagement', 'userApi'])
  const state = { ports, postgresPassword: 'test' }
  const plan = planStack(process.env, state)
  if (!plan.kafka && !plan.postgres && !plan.registry) return { env: plan.env, stop: async () => undefined }
  const dataDir = await mkdtemp(join(tmpdir(), 'millrace-test-'))
  const guard = openGuard()
  const over = new AbortController()
  const say = (text: string) => {
    if (text.startsWith('fetching')) console.log(text)
  }
  const keeper = { guard, warn: console.warn, onChange: () => undefined }
  const stack = startLocalStack({ dataDir, state, plan, env: process.env, say, signal: over.signal }, keeper)
  const stop = async () => {
    over.abort()
    await stack.stop()
    guard.dismiss()
    await rm(dataDir, { recursive: true, force: true })
  }
  try {
    await stack.ready
  } catch (error) {
    await stop()
    throw error
  }
  return { env: plan.env, stop }
}
