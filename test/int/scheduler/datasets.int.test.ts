import { afterAll, describe } from 'vitest'
import { makeLog } from '../../../services/platform/log.ts'
import { openPlatform } from '../../../services/platform/open-platform.ts'
import { datasetSchedulerCases } from '../../support/dataset-scheduler-cases.ts'
import { openServiceStack } from '../../support/service-stack.ts'

const closers: (() => Promise<void>)[] = []
afterAll(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

describe('dataset events on a real broker', { timeout: 120_000 }, () =>
  datasetSchedulerCases(async () => {
    const stack = await openServiceStack()
    closers.push(() => stack.close())
    const other = await openPlatform(stack.config, 'other', makeLog('test', 'silent'))
    closers.push(() => other.close())
    return { platform: stack.platform, again: () => other }
  }),
)
