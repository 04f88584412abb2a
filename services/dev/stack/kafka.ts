import { execFile } from 'node:child_process'
import { access, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MillraceError } from '../../core/errors.ts'
import type { ClassArchive } from './class-archive.ts'
import { smallJvm } from './java.ts'
import { accepts } from './ports.ts'
import { type StackProcess, startProcess } from './process.ts'
import { untilReady } from './ready.ts'

const run = promisify(execFile)

export interface KafkaOptions {
  /** Hears of the process as soon as there is one, before it is ready. */
  readonly onSpawn?: (server: StackProcess) => void
  readonly java: string
  readonly lib: string
  readonly classes: ClassArchive
  readonly dir: string
  readonly logFile: string
  readonly port: number
  readonly controllerPort: number
}

/** One node, broker and controller: quick to elect, to notice a dead member and to come back, small in memory. */
const serverProperties = (options: KafkaOptions): string => `
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${options.controllerPort}
listeners=PLAINTEXT://127.0.0.1:${options.port},CONTROLLER://127.0.0.1:${options.controllerPort}
advertised.listeners=PLAINTEXT://127.0.0.1:${options.port}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAINTEXT
controller.listener.names=CONTROLLER
log.dirs=${join(options.dir, 'data')}

auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=1
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
share.coordinator.state.topic.num.partitions=1

# a group starts at once, and a dead member or broker is noticed in seconds
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500

# small: one cleaner with 8 MB instead of 128 MB, few threads, small segments and indexes
log.cleaner.dedupe.buffer.size=8388608
log.cleaner.threads=1
log.cleaner.backoff.ms=30000
log.segment.bytes=67108864
log.index.size.max.bytes=1048576
log.retention.check.interval.ms=60000
num.network.threads=2
num.io.threads=2
num.recovery.threads.per.data.dir=2
background.threads=2
group.coordinator.threads=1
`

/** Warnings and the line that says it has started, on stdout, which is the log file. */
const log4j = `
Configuration:
  status: "ERROR"
  Appenders:
    Console:
      name: STDOUT
      PatternLayout:
        pattern: "%d{yyyy-MM-dd HH:mm:ss.SSS} %p %c{1} %m%n"
  Loggers:
    Root:
      level: "WARN"
      AppenderRef:
        - ref: STDOUT
    Logger:
      - name: "kafka.server.KafkaRaftServer"
        level: "INFO"
`

// Kafka's own form of an id: 16 bytes in base64url. Fixed, since a data directory holds one cluster.
const clusterId = 'TWlsbHJhY2VMb2NhbDAwMQ'

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

const format = async (options: KafkaOptions, properties: string): Promise<void> => {
  const args = [...smallJvm(128), '-cp', join(options.lib, '*'), 'kafka.tools.StorageTool', 'format', '--ignore-formatted', '-t', clusterId, '-c', properties]
  await run(options.java, args, { cwd: options.dir }).catch((cause: Error & { stderr?: string; stdout?: string }) => {
    throw new MillraceError('missing_requirement', `Kafka could not format ${options.dir}: ${(cause.stderr || cause.stdout || cause.message).trim()}`, {
      cause,
    })
  })
}

/** Starts the broker on 127.0.0.1 and resolves once it takes connections. */
export const startKafka = async (options: KafkaOptions): Promise<StackProcess> => {
  await mkdir(options.dir, { recursive: true })
  const properties = join(options.dir, 'server.properties')
  const logging = join(options.dir, 'log4j2.yaml')
  await Promise.all([writeFile(properties, serverProperties(options).trimStart()), writeFile(logging, log4j.trimStart())])
  if (!(await isThere(join(options.dir, 'data', 'meta.properties')))) await format(options, properties)
  const server = await startProcess({
    name: 'Kafka',
    command: options.java,
    args: [...smallJvm(256), ...options.classes.flags, `-Dlog4j2.configurationFile=${logging}`, '-cp', join(options.lib, '*'), 'kafka.Kafka', properties],
    cwd: options.dir,
    logFile: options.logFile,
  })
  void server.exited.then(options.classes.settle)
  options.onSpawn?.(server)
  await untilReady(server, 60_000, () => accepts(options.port))
  return server
}
