/** What a person or a parser would send, for tests. */
import type { Command } from '../../schemas/generated/records.ts'
import { columnOf } from '../../services/core/column.ts'
import type { Platform } from '../../services/platform/platform.ts'

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
      value: platform.codec.encode('Command', {
        id: platform.newId(),
        at: platform.clock.now(),
        principal: 'tester',
        runId: null,
        logicalDate: null,
        withoutLogicalDate: false,
        dataIntervalStart: null,
        dataIntervalEnd: null,
        runAfter: null,
        conf: null,
        note: null,
        paused: null,
        args: null,
        ...command,
      }),
    },
  ])

export const unpause = (platform: Platform, dagId: string) => sendCommand(platform, { dagId, kind: 'set_paused', paused: false })
