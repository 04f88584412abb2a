/**
 * Gives up what a column has lost, in the column's own terms: a claim, and one decision `InputsLost` whose positions stand behind the gap. A gap in the
 * journal itself is closed first: the newest checkpoint is said to stand for all of the journal up to its end.
 */
import { ensureError, MillraceError } from '../../core/errors.ts'
import { manifestKey } from '../../platform/bus/checkpoint-reader.ts'
import { acquisitionRecord, decisionRecords, type JournalEntry, journalStart, makeJournalReader, type Positions } from '../../platform/bus/journal.ts'
import type { OnFailed, Platform } from '../../platform/platform.ts'
import type { Damage } from './damage.ts'

const attempts = 5
const readBackMs = 15_000

export const repairColumn = async (platform: Platform, damage: Damage, onFailed: OnFailed): Promise<void> => {
  const gap = damage.lost.find(({ input }) => input === 'journal')
  if (gap) await closeGap(platform, damage, gap.to)
  for (let attempt = 1; attempt <= attempts; attempt++) if (await giveUp(platform, damage, gap?.to ?? damage.checkpoint.position.offset, onFailed)) return
  throw new MillraceError('run_conflict', `column ${damage.column}: schedulers claim it again and again; stop them, then repair, then start them`)
}

/** Only manifests move: the pieces stay as they are. Zombies of earlier epochs are not believed (-1), the repair's own claim comes first. */
const closeGap = async ({ bus, codec, clock, topic }: Platform, { column, checkpoint }: Damage, end: number): Promise<void> => {
  const at = { topic: topic('checkpoints'), partition: column }
  const value = codec.encode('CheckpointManifest', {
    offset: end,
    epoch: -1,
    owner: '',
    seq: 0,
    positions: JSON.stringify(checkpoint.positions),
    pieces: JSON.stringify(checkpoint.pieces),
    marks: '[]',
    told: -1,
    at: clock.now(),
  })
  const others = checkpoint.retained.filter(({ offset }) => offset !== end)
  await bus.send([{ ...at, key: manifestKey(end), value }, ...others.map(({ offset }) => ({ ...at, key: manifestKey(offset), value: null }))])
}

/** false: somebody else claimed the column meanwhile, so that the decision does not count. */
const giveUp = async (platform: Platform, damage: Damage, from: number, onFailed: OnFailed): Promise<boolean> => {
  const { bus, codec, clock, topic, newId } = platform
  const { column } = damage
  const target = { topic: topic('journal'), column, owner: newId() }
  const gap = damage.lost.some(({ input }) => input === 'journal')
  const reader = makeJournalReader(codec, gap ? { ...journalStart, offset: from } : damage.checkpoint.position)
  const at = Math.max(clock.now(), damage.at)
  let positions: Positions = damage.positions
  let settle: (isDone: boolean) => void = () => {}
  let fail: (error: Error) => void = () => {}
  const done = new Promise<boolean>((resolve, reject) => {
    settle = resolve
    fail = reject
  })
  let isOurs = false
  const onEntry = (entry: JournalEntry): void => {
    if (entry.kind === 'acquired') {
      if (entry.owner !== target.owner) return isOurs ? settle(false) : undefined
      isOurs = true
      positions = { ...positions, ...Object.fromEntries(damage.lost.flatMap(({ input, to }) => (input === 'journal' ? [] : [[input, to]]))) }
      const events = damage.lost.map(({ input, from, to }) => ({ type: 'InputsLost', input, from, to, at }) as const)
      bus.send(decisionRecords(codec, target, { epoch: entry.offset, seq: 1, at, positions, events })).catch(fail)
    } else if (isOurs) settle(true)
    else positions = entry.positions ?? positions
  }
  const subscription = await bus.subscribe({
    topics: [target.topic],
    assignment: { kind: 'only', partitions: { [target.topic]: [column] } },
    start: () => from,
    onRecords(records) {
      for (const record of records) {
        try {
          const entry = reader.read(record)
          if (entry) onEntry(entry)
        } catch (thrown) {
          const error = ensureError(thrown)
          if (!(error instanceof MillraceError && error.code === 'undecodable')) fail(error)
        }
      }
    },
    onFailed,
    pace: 'fast',
  })
  const cancel = clock.after(readBackMs, () =>
    fail(new MillraceError('no_answer', `column ${column}: the repair was not read back within ${readBackMs / 1000} s`)),
  )
  try {
    await bus.send([acquisitionRecord(codec, target, at, positions)])
    return await done
  } finally {
    cancel()
    await subscription.close()
  }
}
