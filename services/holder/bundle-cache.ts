/**
 * Code bundles as files: follows topic `bundles` from its beginning and keeps `<sha256>.mjs` in a folder, which workers on one machine may share. Pieces lie
 * on disk until the bundle is whole; a file appears under its name only when its content has that hash.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Incoming } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'

export interface BundleCache {
  /** The bundle's file, or null when it has not come yet. */
  file(hash: string): string | null
  /** Calls back when the bundle is here; the returned function stops waiting. */
  wait(hash: string, arrived: (file: string) => void): () => void
  close(): Promise<void>
}

const inflate = promisify(gunzip)
/** 8 MB gzipped is the parser's limit; more than this unpacked is no code. */
const maxCodeBytes = 128 * 1024 * 1024
const key = /^([0-9a-f]{64})\/(\d{1,4})$/

export const openBundleCache = async (platform: Platform, folder: string, onFailed: (error: Error) => void): Promise<BundleCache> => {
  const { log } = platform
  const topic = platform.topic('bundles')
  const parts = join(folder, `.parts-${process.pid}-${platform.newId()}`)
  mkdirSync(folder, { recursive: true })
  const here = new Set<string>()
  const waiting = new Map<string, Set<(file: string) => void>>()
  const pieces = new Map<string, Set<number>>()
  const fileOf = (hash: string): string => join(folder, `${hash}.mjs`)

  const file = (hash: string): string | null => {
    if (!here.has(hash)) {
      if (!/^[0-9a-f]{64}$/.test(hash) || !existsSync(fileOf(hash))) return null
      here.add(hash)
    }
    return fileOf(hash)
  }
  const arrived = (hash: string): void => {
    here.add(hash)
    const waiters = waiting.get(hash)
    waiting.delete(hash)
    for (const waiter of waiters ?? []) waiter(fileOf(hash))
  }
  const assemble = async (hash: string, zipped: Buffer): Promise<void> => {
    const code = await inflate(zipped, { maxOutputLength: maxCodeBytes })
    const actual = createHash('sha256').update(code).digest('hex')
    if (actual !== hash) throw new MillraceError('undecodable', `bundle ${hash} has the content of ${actual}: its record is damaged, publish the DAG again`)
    const part = join(folder, `.${hash}-${process.pid}-${platform.newId()}`)
    await writeFile(part, code)
    await rename(part, fileOf(hash))
    arrived(hash)
  }
  const take = async (record: Incoming): Promise<void> => {
    const [, hash, number] = key.exec(record.key ?? '') ?? []
    if (hash === undefined || number === undefined) throw new MillraceError('undecodable', `key '${record.key}' is no <sha256>/<piece>`)
    if (record.value === null) {
      here.delete(hash)
      pieces.delete(hash)
      await rm(fileOf(hash), { force: true })
      return
    }
    if (file(hash) !== null) return arrived(hash)
    const piece = await decode(record.value)
    if (piece.hash !== hash || piece.pieces < 1 || piece.piece >= piece.pieces)
      throw new MillraceError('undecodable', `piece ${piece.piece} of ${piece.pieces} of ${piece.hash} lies under key '${record.key}'`)
    if (piece.pieces === 1) return assemble(hash, piece.bytes)
    await mkdir(parts, { recursive: true })
    await writeFile(join(parts, `${hash}.${piece.piece}`), piece.bytes)
    const seen = pieces.get(hash) ?? new Set()
    pieces.set(hash, seen.add(piece.piece))
    if (seen.size < piece.pieces) return
    pieces.delete(hash)
    const names = Array.from({ length: piece.pieces }, (_, i) => join(parts, `${hash}.${i}`))
    const zipped = Buffer.concat(await Promise.all(names.map((name) => readFile(name))))
    await Promise.all(names.map((name) => rm(name, { force: true })))
    await assemble(hash, zipped)
  }
  const decode = async (value: Buffer) => {
    try {
      return platform.codec.decode('BundlePiece', value)
    } catch (error) {
      if (!(error instanceof MillraceError) || error.code !== 'unknown_schema') throw error
      await platform.codec.learn(value)
      return platform.codec.decode('BundlePiece', value)
    }
  }

  // One after the other, outside the bus's handler; a bad record costs only itself.
  let work: Promise<void> = Promise.resolve()
  let closed = false
  const subscription = await platform.bus.subscribe({
    topics: [topic],
    assignment: { kind: 'all' },
    start: () => 'beginning',
    onRecords: (records) => {
      for (const record of records)
        work = work
          .then(() => (closed ? undefined : take(record)))
          .catch((thrown: unknown) => {
            const error = ensureError(thrown)
            // A full disk is not the record's fault.
            if ('syscall' in error)
              onFailed(new MillraceError('missing_requirement', `the bundle folder ${folder} cannot be written: ${error.message}`, { cause: error }))
            else log.error({ topic, partition: record.partition, offset: record.offset, key: record.key, error: error.message }, 'a bundle record was skipped')
          })
    },
    onFailed,
  })
  return {
    file,
    wait(hash, onArrived) {
      const waiters = waiting.get(hash) ?? new Set()
      waiting.set(hash, waiters.add(onArrived))
      return () => waiters.delete(onArrived)
    },
    async close() {
      closed = true
      await subscription.close()
      await work
      await rm(parts, { recursive: true, force: true })
    },
  }
}
