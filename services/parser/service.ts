/** The parser: DAG files -> topics `dags` and `bundles` (DESIGN 3). A bad file stops nobody else; the last good version of its DAGs stays. */
import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ensureError } from '../core/errors.ts'
import type { OnFailed, Platform, Service } from '../platform/platform.ts'
import { stopBundling } from './bundle-file.ts'
import type { ParserConfig } from './config.ts'
import { fault } from './import-fault.ts'
import { type ParsedFile, parseFile } from './parse-file.ts'
import { makeParseQueue } from './parse-queue.ts'
import { type Publication, planPublication, planSweep } from './plan-publication.ts'
import { openPublished } from './published.ts'
import { makePublisher } from './publisher.ts'
import { evaluateScript } from './run-evaluation.ts'
import { dagFolders, type FolderWatch, type WatchedFile, watchFolders } from './watch-folders.ts'

export interface ParserService extends Service {
  /** Resolves when every change seen so far is published. */
  idle(): Promise<void>
}

export const startParser = async (platform: Platform, config: ParserConfig, onFailed: OnFailed): Promise<ParserService> => {
  const log = platform.log.child({ service: 'parser' })
  const folders = dagFolders(config.dagFolders)
  evaluateScript()
  const workFolder = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-parser-')))
  const stopping = new AbortController()
  const table = await openPublished(platform, config.name, onFailed)
  const { published } = table
  const publisher = makePublisher(platform, published)

  /** The files that each DAG file was made of, when it was last read. */
  const inputs = new Map<string, readonly string[]>()
  /** DAG files that something else may mend: the ids that they wanted and others had; none: what they import is not known. */
  const troubled = new Map<string, readonly string[]>()
  let present = new Map<string, WatchedFile>()
  let watching: FolderWatch | null = null

  const filelocOf = (file: WatchedFile): string => (folders.length === 1 ? file.path : `${file.folder.name}/${file.path}`)
  const look = (): void => {
    present = new Map((watching?.files() ?? []).map((file) => [filelocOf(file), file]))
  }
  const context = (fileloc: string) => ({ fileloc, publishedBy: config.name, at: platform.clock.now(), isPresent: (other: string) => present.has(other) })
  const again = (wanted: (dagIds: readonly string[]) => boolean): void => {
    for (const [fileloc, dagIds] of troubled) if (wanted(dagIds)) queue.add(fileloc)
  }

  const read = async (fileloc: string): Promise<void> => {
    const file = present.get(fileloc)
    if (file === undefined) return // The sweep takes its DAGs away.
    const parsed = await parseOrFault(file)
    if (stopping.signal.aborted || parsed === null || !present.has(fileloc)) return
    if (parsed.inputs !== null) inputs.set(fileloc, parsed.inputs)
    const plan = planPublication(published, parsed, context(fileloc))
    if (plan.taken.length > 0 || parsed.inputs === null) troubled.set(fileloc, plan.taken)
    else troubled.delete(fileloc)
    await publisher.publish(plan, fileloc, parsed.bundle)
    say(file, plan)
    if (plan.removed.length > 0) again((dagIds) => plan.removed.some((dagId) => dagIds.includes(dagId)))
  }

  const parseOrFault = async (file: WatchedFile): Promise<ParsedFile | null> => {
    try {
      return await parseFile({ ...config, folder: file.folder.path, path: file.path, workFolder, signal: stopping.signal })
    } catch (thrown) {
      const error = ensureError(thrown)
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null // It went just now: the watcher will say so.
      return { dags: [], faults: [fault(`the file cannot be read: ${error.message}`)], bundle: null, source: null, inputs: null }
    }
  }

  const say = (file: WatchedFile, plan: Publication): void => {
    const name = `${file.folder.name}/${file.path}`
    for (const { record, dag } of plan.versions) log.info(`${name}: ${record.dagId} ${dag.definition.tasks.length} tasks, version ${record.version}`)
    for (const dagId of plan.removed) log.info(`${name}: ${dagId} is gone`)
    if (plan.error === null) log.info(`${name}: mended`)
    else if (plan.error !== undefined) log.warn(`${name}${plan.error.line === null ? '' : `:${plan.error.line}`}: ${plan.error.message}`)
  }

  /** When nothing is left to read: only now is it known which files are gone, and which were renamed. */
  const sweep = async (): Promise<void> => {
    // The bundler's process starts again in some milliseconds; idle, it would only take memory.
    await stopBundling()
    const { removed, mended } = planSweep(published, context(''))
    await publisher.remove(removed, mended)
    for (const dagId of removed) log.info(`${dagId}: its file is gone`)
    for (const fileloc of [...inputs.keys(), ...troubled.keys()])
      if (!present.has(fileloc)) {
        inputs.delete(fileloc)
        troubled.delete(fileloc)
      }
    if (removed.length > 0) again((dagIds) => removed.some((dagId) => dagIds.includes(dagId)))
  }

  const queue = makeParseQueue({
    clock: platform.clock,
    parallelism: config.parallelism,
    settleMs: config.settleMs,
    work: read,
    whenEmpty: sweep,
    onFailed: (error) => {
      if (!stopping.signal.aborted) onFailed(error)
    },
  })

  const onChange = (file: WatchedFile): void => {
    if (watching === null) return // All of them are read when the first look is complete.
    look()
    const fileloc = filelocOf(file)
    queue.add(fileloc)
    for (const [other, files] of inputs) if (files.includes(file.absolute)) queue.add(other)
    // This change may be what a file waits for that could not be bundled.
    again((dagIds) => dagIds.length === 0)
  }
  const onRules = (): void => {
    look()
    for (const fileloc of new Set([...present.keys(), ...inputs.keys()])) queue.add(fileloc)
  }

  watching = await watchFolders(folders, { onChange, onRules, onFailed })
  onRules()
  queue.wake()
  return {
    name: 'parser',
    idle: () => queue.idle(),
    async stop() {
      stopping.abort()
      await watching?.close()
      await queue.close()
      await table.close()
      await stopBundling()
      rmSync(workFolder, { recursive: true, force: true })
    },
  }
}
