import type { TestProject } from 'vitest/node'
import { type E2eMillrace, startE2eMillrace } from './e2e-millrace.ts'
import { startTestStack, type TestStack } from './stack.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** Of the Millrace that the e2e tests look at. */
    readonly millraceUrl: string
    /** Where its connection `postgres` leads. */
    readonly warehouseUrl: string
    readonly millraceDataDir: string
    readonly millraceTopicPrefix: string
  }
}

/** Shared by the projects of one vitest run, each of which loads this file for itself. */
const shared = globalThis as typeof globalThis & { millraceTestStack?: { readonly stack: Promise<TestStack>; users: number } }
let millrace: E2eMillrace | undefined

/** Starts Kafka, Postgres and the registry once for all projects that want them, and a Millrace with the examples for e2e. */
export const setup = async (project: TestProject): Promise<void> => {
  shared.millraceTestStack ??= { stack: startTestStack(), users: 0 }
  shared.millraceTestStack.users++
  const { env } = await shared.millraceTestStack.stack
  // test files run in processes that are forked after this and get this environment
  Object.assign(process.env, env)
  if (project.name !== 'e2e') return
  millrace = await startE2eMillrace()
  project.provide('millraceUrl', millrace.url)
  project.provide('warehouseUrl', millrace.warehouseUrl)
  project.provide('millraceDataDir', millrace.dataDir)
  project.provide('millraceTopicPrefix', millrace.topicPrefix)
}

/** The last project to finish ends the servers. */
export const teardown = async (): Promise<void> => {
  const running = millrace
  millrace = undefined
  await running?.stop()
  const held = shared.millraceTestStack
  if (!held || --held.users > 0) return
  delete shared.millraceTestStack
  await (await held.stack).stop()
}
