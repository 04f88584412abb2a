/** Stands for the executor in the worker's tests: claims leadership, syncs, dispatches by hand, and sees all that workers say. */
import { createHash, randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Heartbeat, InboxCommand, LogChunk, Report, RunAttempt } from '../../../schemas/generated/records.ts'
import { inboxPartition } from '../../../schemas/topics.ts'
import type { AttemptContext } from '../../../services/core/attempt-context.ts'
import type { TaskDefinition } from '../../../services/core/dag.ts'
import type { Platform } from '../../../services/platform/platform.ts'
import { makeCollector } from '../../support/collect.ts'

const dayMs = 86_400_000

export const taskOf = (over: Partial<TaskDefinition> & Pick<TaskDefinition, 'operator'>): TaskDefinition => ({
  taskId: 't',
  upstream: [],
  triggerRule: 'all_success',
  retries: 0,
  retryDelayMs: 0,
  retryBackoff: 0,
  maxRetryDelayMs: null,
  maxInfraRetries: 3,
  executionTimeoutMs: null,
  queue: 'default',
  pool: 'default_pool',
  poolSlots: 1,
  priorityWeight: 1,
  weightRule: 'absolute',
  maxActiveTis: null,
  maxActiveTisPerRun: null,
  dependsOnPast: false,
  waitForDownstream: false,
  args: {},
  templateFields: [],
  inputs: {},
  outlets: [],
  outletExtras: {},
  inlets: [],
  needsCode: false,
  isolation: 'warm',
  owner: 'me',
  doc: null,
  groupId: null,
  map: null,
  mapIndexTemplate: null,
  setup: false,
  teardown: null,
  ...over,
})

export const bashTask = (command: string, over: Partial<TaskDefinition> = {}): TaskDefinition =>
  taskOf({ operator: 'bash', args: { command }, templateFields: ['command'], ...over })
export const codeTask = (taskId: string, over: Partial<TaskDefinition> = {}): TaskDefinition =>
  taskOf({ operator: 'function', taskId, needsCode: true, ...over })

export const attemptOf = (task: TaskDefinition, over: Partial<RunAttempt> = {}): RunAttempt => {
  const token = over.token ?? randomUUID()
  const context: AttemptContext = {
    tryStartedAt: null,
    triesBefore: 0,
    resume: null,
    dagId: over.dagId ?? 'd',
    runId: 'r',
    taskId: task.taskId,
    mapIndex: -1,
    tryNumber: 1,
    maxTries: 1,
    runType: 'manual',
    logicalDate: dayMs,
    dataIntervalStart: 0,
    dataIntervalEnd: dayMs,
    runAfter: dayMs,
    runQueuedAt: dayMs,
    runStartedAt: dayMs,
    prevDataIntervalStart: null,
    prevDataIntervalEnd: null,
    conf: {},
    params: {},
    idempotencyKey: 'd/r/t',
    triggeredBy: 'test',
    firstTryStartedAt: null,
    map: null,
    listed: [],
  }
  return {
    token,
    dagId: 'd',
    runId: 'r',
    taskId: task.taskId,
    mapIndex: -1,
    tryNumber: 1,
    version: 'v1',
    bundle: null,
    task: JSON.stringify(task),
    context: JSON.stringify(context),
    xcoms: [],
    ...over,
  }
}

/** Records of topic bundles for this code, cut into pieces of the given size; and its hash. */
export const bundleRecords = (platform: Platform, code: string, pieceBytes = 800_000) => {
  const hash = createHash('sha256').update(code).digest('hex')
  const zipped = gzipSync(code)
  const pieces = Math.ceil(zipped.length / pieceBytes)
  const records = Array.from({ length: pieces }, (_, piece) => ({
    topic: platform.topic('bundles'),
    partition: 0,
    key: `${hash}/${piece}`,
    value: platform.codec.encode('BundlePiece', {
      hash,
      piece,
      pieces,
      bytes: zipped.subarray(piece * pieceBytes, (piece + 1) * pieceBytes),
      nativePackages: [],
    }),
  }))
  return { hash, records }
}

export type FakeExecutor = Awaited<ReturnType<typeof openFakeExecutor>>

export const openFakeExecutor = async (platform: Platform) => {
  const { bus, codec, topic } = platform
  const beats = makeCollector<Heartbeat>((beat) => [beat.counter, beat.epoch, beat.n, beat.body.type])
  const reports = makeCollector<Report>((report) => [report.token, report.body])
  const chunks = makeCollector<LogChunk>((chunk) => [chunk.token, chunk.seq, chunk.lines.slice(0, 5).map(({ text }) => text.slice(0, 80)), chunk.last])
  const subscription = await bus.subscribe({
    topics: [topic('heartbeats'), topic('reports'), topic('task-logs')],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const { topic: from, value } of records) {
        if (value === null) continue
        if (from === topic('heartbeats')) beats.note(codec.decode('Heartbeat', value))
        else if (from === topic('reports')) reports.note(codec.decode('Report', value))
        else chunks.note(codec.decode('LogChunk', value))
      }
    },
    onFailed: (error) => {
      throw error
    },
  })
  const numbers = new Map<string, number>()
  let epoch = -1

  const lastBeat = (incarnation: string): Heartbeat | undefined => beats.seen.findLast((beat) => beat.incarnation === incarnation)
  /** One command with the numbers given, however wrong. */
  const say = (incarnation: string, body: InboxCommand['body'], itsEpoch: number, n: number, key = incarnation) =>
    bus.send([
      {
        topic: topic('inbox'),
        partition: inboxPartition(key),
        key,
        value: codec.encode('InboxCommand', { incarnation, epoch: itsEpoch, n, at: Date.now(), part: 0, more: false, body }),
      },
    ])
  /** The next command of the present epoch. */
  const command = (incarnation: string, body: InboxCommand['body']) => {
    const n = (numbers.get(incarnation) ?? 0) + 1
    numbers.set(incarnation, n)
    return say(incarnation, body, epoch, n)
  }
  const ended = (token: string): Report | undefined => reports.seen.find((report) => report.token === token && report.body.type !== 'AttemptStarted')

  return {
    beats,
    reports,
    chunks,
    say,
    command,
    lastBeat,
    epoch: () => epoch,
    /** Becomes the active executor; answers the epoch. */
    async claim(): Promise<number> {
      const [ack] = await bus.send([
        {
          topic: topic('leadership'),
          partition: 0,
          key: 'executor',
          value: codec.encode('LeaderClaim', { role: 'executor', owner: randomUUID(), hostname: 'test', at: Date.now() }),
        },
      ])
      epoch = ack?.offset ?? -1
      numbers.clear()
      return epoch
    },
    /** Sync, and its answer. */
    async sync(incarnation: string): Promise<Heartbeat> {
      await command(incarnation, { type: 'Sync', reason: '' })
      await beats.until(`${incarnation} answers sync`, () => lastBeat(incarnation)?.epoch === epoch && (lastBeat(incarnation)?.n ?? 0) >= 1)
      return lastBeat(incarnation) as Heartbeat
    },
    async run(incarnation: string, task: TaskDefinition, over: Partial<RunAttempt> = {}): Promise<string> {
      const attempt = attemptOf(task, over)
      await command(incarnation, { type: 'RunAttempt', ...attempt })
      return attempt.token
    },
    /** The token's end report. */
    async end(token: string): Promise<Report['body']> {
      await reports.until(`end of ${token}`, () => ended(token) !== undefined)
      return (ended(token) as Report).body
    },
    async started(token: string): Promise<Report> {
      const found = () => reports.seen.find((report) => report.token === token && report.body.type === 'AttemptStarted')
      await reports.until(`start of ${token}`, () => found() !== undefined)
      return found() as Report
    },
    /** What the last heartbeat lists: token -> outcome, or state. */
    listed: (incarnation: string): Record<string, string> => {
      const body = lastBeat(incarnation)?.body
      return body?.type === 'WorkerBeat' ? Object.fromEntries(body.attempts.map(({ token, state, outcome }) => [token, outcome ?? state])) : {}
    },
    untilListed: (incarnation: string, token: string, state: string | undefined) =>
      beats.until(`${token} listed as ${state}`, () => {
        const body = lastBeat(incarnation)?.body
        const found = body?.type === 'WorkerBeat' ? body.attempts.find((attempt) => attempt.token === token) : undefined
        return body?.type === 'WorkerBeat' && (found?.outcome ?? found?.state) === state
      }),
    untilLine: (token: string, text: string) =>
      chunks.until(`log line '${text}' of ${token}`, (seen) =>
        seen.some((chunk) => chunk.token === token && chunk.lines.some((line) => line.text.includes(text))),
      ),
    /** All lines, once the last chunk is here. */
    async log(token: string) {
      await chunks.until(`the log's end of ${token}`, (seen) => seen.some((chunk) => chunk.token === token && chunk.last))
      return chunks.seen.filter((chunk) => chunk.token === token).flatMap(({ lines }) => lines)
    },
    close: () => subscription.close(),
  }
}
