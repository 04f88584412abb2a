/** Writes what plan-publication decided, bundle first: who reads of a version finds its code. */
import type { DagVersion } from '../../schemas/generated/records.ts'
import type { Outgoing } from '../platform/bus/port.ts'
import type { Platform } from '../platform/platform.ts'
import type { Bundle } from './bundle-file.ts'
import type { Publication } from './plan-publication.ts'
import { errorKey, type Published } from './published.ts'

export interface Publisher {
  /** What is published counts as such from the moment it is durable. */
  publish(publication: Publication, fileloc: string, bundle: Bundle | null): Promise<void>
  remove(dagIds: readonly string[], filelocs: readonly string[]): Promise<void>
}

export const maxPieceBytes = 800_000

export const makePublisher = (platform: Platform, published: Published): Publisher => {
  const { bus, codec } = platform
  const topic = platform.topic('dags')
  const tombstone = (key: string): Outgoing => ({ topic, key, value: null })

  const sendBundle = async (bundle: Bundle): Promise<void> => {
    const pieces = Math.ceil(bundle.gzipped.length / maxPieceBytes)
    const keys = Array.from({ length: pieces }, (_, piece) => `${bundle.hash}/${piece}`)
    if (keys.every((key) => published.pieces.has(key))) return
    const nativePackages = [...bundle.native.keys()].sort()
    await bus.send(
      keys.map((key, piece) => ({
        topic: platform.topic('bundles'),
        key,
        value: codec.encode('BundlePiece', {
          hash: bundle.hash,
          piece,
          pieces,
          bytes: bundle.gzipped.subarray(piece * maxPieceBytes, (piece + 1) * maxPieceBytes),
          nativePackages,
        }),
      })),
    )
    for (const key of keys) published.pieces.add(key)
  }
  const versionRecords = (record: DagVersion): readonly Outgoing[] => {
    const value = codec.encode('DagVersion', record)
    return [`${record.dagId}@${record.version}`, record.dagId].map((key) => ({ topic, key, value }))
  }

  return {
    async publish({ versions, removed, error }, fileloc, bundle) {
      if (bundle !== null && versions.some(({ record }) => record.bundle === bundle.hash)) await sendBundle(bundle)
      const records = [...versions.flatMap(({ record }) => versionRecords(record)), ...removed.map(tombstone)]
      if (error !== undefined)
        records.push(error === null ? tombstone(errorKey(fileloc)) : { topic, key: errorKey(fileloc), value: codec.encode('ImportError', error) })
      if (records.length === 0) return
      await bus.send(records)
      for (const { record } of versions) published.dags.set(record.dagId, record)
      for (const dagId of removed) published.dags.delete(dagId)
      if (error === null) published.errors.delete(fileloc)
      else if (error !== undefined) published.errors.set(fileloc, error)
    },
    async remove(dagIds, filelocs) {
      if (dagIds.length + filelocs.length === 0) return
      await bus.send([...dagIds.map(tombstone), ...filelocs.map((fileloc) => tombstone(errorKey(fileloc)))])
      for (const dagId of dagIds) published.dags.delete(dagId)
      for (const fileloc of filelocs) published.errors.delete(fileloc)
    },
  }
}
