/** A parser on a real broker, a folder of DAG files to write to, and what it publishes. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DagVersion, ImportError } from '../../../schemas/generated/records.ts'
import { ParserConfig } from '../../../services/parser/config.ts'
import { type ParserService, startParser } from '../../../services/parser/service.ts'
import { readConfig } from '../../../services/platform/config.ts'
import { CommonConfig } from '../../../services/platform/config-common.ts'
import { makeLog } from '../../../services/platform/log.ts'
import { migrate } from '../../../services/platform/migrate.ts'
import { type OpenPlatform, openPlatform } from '../../../services/platform/open-platform.ts'
import { type Collector, makeCollector } from '../../support/collect.ts'
import { freshTopicPrefix, stackEnv } from '../../support/stack-env.ts'

/** One record of topic `dags`, decoded. */
export type DagRecord =
  | { readonly kind: 'version'; readonly key: string; readonly value: DagVersion }
  | { readonly kind: 'error'; readonly key: string; readonly value: ImportError }
  | { readonly kind: 'tombstone'; readonly key: string }

export interface ParserBench {
  readonly platform: OpenPlatform
  readonly folder: string
  readonly records: Collector<DagRecord>
  /** Keys of the pieces on topic `bundles`, in order. */
  readonly pieces: Collector<string>
  write(name: string, text: string): Promise<void>
  remove(name: string): Promise<void>
  start(over?: Record<string, string>): Promise<ParserService>
  stop(): Promise<void>
  /** The last error of a file, once there is one. */
  error(name: string, from?: number): Promise<ImportError>
  close(): Promise<void>
}

export const openParserBench = async (): Promise<ParserBench> => {
  const config = readConfig(CommonConfig, {
    KAFKA_BROKERS: stackEnv('KAFKA_BROKERS'),
    SCHEMA_REGISTRY_URL: stackEnv('SCHEMA_REGISTRY_URL'),
    MILLRACE_TOPIC_PREFIX: freshTopicPrefix(),
    MILLRACE_COLUMNS: '2',
  })
  const log = makeLog('test', 'silent')
  await migrate(config, log)
  const platform = await openPlatform(config, 'test', log)
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'millrace-dags-')))
  const records = makeCollector<DagRecord>((record) => [record.kind, record.key])
  const pieces = makeCollector<string>()
  const failed: Error[] = []
  const decode = (key: string, value: Buffer | null): DagRecord => {
    if (value === null) return { kind: 'tombstone', key }
    return key.startsWith('file:')
      ? { kind: 'error', key, value: platform.codec.decode('ImportError', value) }
      : { kind: 'version', key, value: platform.codec.decode('DagVersion', value) }
  }
  const onFailed = (error: Error): void => void failed.push(error)
  await platform.bus.subscribe({
    topics: [platform.topic('dags'), platform.topic('bundles')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onFailed,
    onRecords: (given) => {
      for (const { topic, key, value } of given) {
        if (topic === platform.topic('bundles')) pieces.note(key ?? '')
        else records.note(decode(key ?? '', value))
      }
    },
  })
  let parser: ParserService | null = null
  const bench: ParserBench = {
    platform,
    folder,
    records,
    pieces,
    write: (name, text) => writeFile(join(folder, name), text),
    remove: (name) => rm(join(folder, name)),
    async start(over = {}) {
      parser = await startParser(platform, readConfig(ParserConfig, { MILLRACE_DAGS: folder, MILLRACE_IMPORT_LIMIT_MS: '3000', ...over }), onFailed)
      return parser
    },
    async stop() {
      await parser?.stop()
      parser = null
    },
    async error(name, from = 0) {
      const found = (): DagRecord | undefined => records.seen.slice(from).findLast((record) => record.kind === 'error' && record.key === `file:${name}`)
      await records.until(`an import error of ${name}`, () => found() !== undefined)
      return (found() as { value: ImportError }).value
    },
    async close() {
      await bench.stop()
      await platform.close()
      await rm(folder, { recursive: true, force: true })
      if (failed[0] !== undefined) throw failed[0]
    },
  }
  return bench
}
