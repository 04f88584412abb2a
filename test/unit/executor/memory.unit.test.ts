import { makeMemoryBroker } from '../../../services/platform/bus/memory/memory-broker.ts'
import { executorCases } from '../../int/executor/executor-cases.ts'
import { makeMemoryPlatform } from '../../support/memory-platform.ts'

executorCases(async () => {
  const broker = makeMemoryBroker()
  return { platform: async (name) => makeMemoryPlatform({ broker, name, columns: 3 }) }
})
