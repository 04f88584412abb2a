import { describe } from 'vitest'
import { datasetSchedulerCases } from '../../support/dataset-scheduler-cases.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

describe('dataset events on the memory bus', () =>
  datasetSchedulerCases(async () => {
    const platform = makeMemoryPlatform({ name: 'a' })
    let others = 0
    return { platform, again: () => makeMemoryPlatform({ broker: platform.broker, name: `again-${others++}` }) }
  }))
