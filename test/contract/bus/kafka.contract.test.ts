import { openKafkaBus } from '../../../services/platform/bus/kafka/open-kafka-bus.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { stackEnv } from '../../support/stack-env.ts'
import { busContract } from './bus-contract.ts'

let count = 0

busContract('the bus on Kafka', () =>
  openKafkaBus({ brokers: stackEnv('KAFKA_BROKERS').split(','), clientId: `contract-${++count}`, log: makeLog('contract', 'silent') }),
)
