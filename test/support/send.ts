/** What a person or a parser would send, for tests. */
import type { Command, DagVersion } from '../../schemas/generated/records.ts'
import { columnOf } from '../../services/core/column.ts'
import type { Platform } from '../../services/platform/platform.ts'
import { commandOf } from './command-of.ts'

export const publishDag = (
  platform: Platform,
  spec: { readonly dagId: string; readonly [option: string]: unknown },
  version = 'v1',
  bundle: string | null = null,
) =>
  platform.bus.send([
    {
      topic: platform.topic('dags'),
      partition: 0,
      key: spec.dagId,
      value: platform.codec.encode('DagVersion', {
        dagId: spec.dagId,
        version,
        definition: JSON.stringify(spec),
        bundle,
        fileloc: null,
        source: null,
        publishedBy: 'test',
        publishedAt: 0,
      }),
    },
  ])

/** As the parser: under the DAG's own key and under that of the version. */
export const publishVersion = (platform: Platform, row: Partial<DagVersion> & Pick<DagVersion, 'dagId' | 'version' | 'definition'>) =>
  platform.bus.send(
    [row.dagId, `${row.dagId}@${row.version}`].map((key) => ({
      topic: platform.topic('dags'),
      partition: 0,
      key,
      value: platform.codec.encode('DagVersion', { bundle: null, fileloc: null, source: null, publishedBy: 'parser', publishedAt: 0, ...row }),
    })),
  )

export const sendCommand = (
  platform: Platform,
  command: Partial<Command> & Pick<Command, 'dagId' | 'kind'>,
  partition = columnOf(command.dagId, platform.columns),
) =>
  platform.bus.send([
    {
      topic: platform.topic('commands'),
      partition,
      key: command.dagId,
      value: platform.codec.encode('Command', commandOf({ id: platform.newId(), at: platform.clock.now(), ...command })),
    },
  ])

export const unpause = (platform: Platform, dagId: string) => sendCommand(platform, { dagId, kind: 'set_paused', paused: false })
