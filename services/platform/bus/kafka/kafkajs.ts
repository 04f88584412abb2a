/** The door to kafkajs: whoever comes in by it finds the library mended before its other modules were loaded. */
import './remedies.ts'
import * as kafkajs from 'kafkajs'

export const { AssignerProtocol, Kafka, Partitioners, logLevel } = kafkajs
