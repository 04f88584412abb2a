import { makeMemoryBroker } from '../../../services/platform/bus/memory/memory-broker.ts'
import { openMemoryBus } from '../../../services/platform/bus/memory/open-memory-bus.ts'
import { busContract } from './bus-contract.ts'

const broker = makeMemoryBroker()
let count = 0

busContract('the bus in memory', async () => openMemoryBus(broker, `bus-${++count}`))
