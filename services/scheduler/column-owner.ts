/**
 * One column of this scheduler, from assignment to the loss of it.
 *
 *   claiming  our OwnershipAcquired is on its way; the journal is folded as it is read (R of the model), inputs are kept aside.
 *             Our claim read back (an acknowledgement is not proof) -> owning, with the claim's offset as epoch.
 *   owning    a working copy (M) decides inputs and appends; R goes on folding what is read back, and is what checkpoints are made of.
 *   over      another's claim was read, an append failed for good, or an input could not be decided: everything ahead of the log is dropped.
 *             For as long as the group assigns us the column it is restored and claimed anew by a new ColumnOwner (rule A).
 */
import { type Column, emptyColumn } from '../core/column-state.ts'
import { ensureError, MillraceError } from '../core/errors.ts'
import type { Input } from '../core/events.ts'
import { fold } from '../core/evolve.ts'
import { loseRecord, namesOf } from '../core/quarantine.ts'
import { columnFrom, copyOf, type Part } from '../core/snapshot.ts'
import type { Checkpoint } from '../platform/bus/checkpoint-reader.ts'
import {
  acquisitionRecord,
  decisionRecords,
  type JournalEntry,
  type JournalReader,
  type JournalTarget,
  makeJournalReader,
  type Positions,
} from '../platform/bus/journal.ts'
import type { Incoming, Outgoing } from '../platform/bus/port.ts'
import { makeDeadLetter } from '../platform/dead-letters.ts'
import type { Platform } from '../platform/platform.ts'
import { type Archiver, makeArchiver } from './archiver.ts'
import { type Checkpointing, type CheckpointPace, makeCheckpointing } from './checkpointing.ts'
import type { DagTable } from './dag-table.ts'
import { type DatasetIntake, makeDatasetIntake } from './dataset-intake.ts'
import type { DatasetReader } from './dataset-reader.ts'
import { datasetPositions, type InputName, isDatasetInput, readInput } from './inputs.ts'
import { type InputEnds, lostInputs, lostWords } from './lost-inputs.ts'
import { makeReviver, type Reviver } from './reviver.ts'
import { makeWorkingColumn, type NextDecision, PoisonedInput, type WorkingColumn } from './working-column.ts'

export interface ColumnOwnerOptions {
  readonly platform: Platform
  readonly column: number
  readonly checkpoint: Checkpoint
  readonly pace: CheckpointPace
  readonly table: DagTable
  /** Resolves when the DAG table was read to its end. */
  readonly tableReady: Promise<void>
  /** First offsets and ends of the column's inputs as of now. */
  readonly inputEnds: (column: number, readsDatasets: boolean) => Promise<InputEnds>
  readonly datasets: DatasetReader
  /** Inputs that could not be decided (`name/offset` -> why): they go to dead-letters and their position passes. Outlives the owner. */
  readonly poison: Map<string, Error>
  /** The ownership is over, but the column may still be ours to claim. */
  readonly onOver: (owner: ColumnOwner) => void
  /** Nobody can go on with the column before somebody acts. */
  readonly onStopped: (owner: ColumnOwner, reason: string) => void
  /** A record of ours was read back: when it was sent by our clock, and its stamp of the broker's. */
  readonly onStamped: (sentAt: number, stampedAt: number) => void
  /** Nobody can go on with this release of the scheduler (a newer schema in the journal). */
  readonly onFailed: (error: Error) => void
}

/** Appends under way at a time: more only makes journal records smaller. */
const maxInFlight = 4
const keepPositionsWithinMs = 1000
/** A decision so often is timed from its send to its reading back. */
const timeEveryMs = 10_000

export class ColumnOwner {
  readonly column: number
  readonly #options: ColumnOwnerOptions
  readonly #reader: JournalReader
  readonly #folded: Column
  readonly #claim: string
  readonly #target: JournalTarget
  readonly #archiver: Archiver
  readonly #reviver: Reviver
  readonly #checkpointing: Checkpointing
  #positions: Positions
  #early: { name: InputName; record: Incoming }[] = []
  #working: WorkingColumn | null = null
  #inFlight = 0
  #timed: { readonly seq: number; readonly sentAt: number; isRead: boolean } | null = null
  /** Our claim was read back. */
  #isClaimed = false
  #isOver = false
  #isScheduled = false
  #cancelTimer: () => void = () => {}
  #cancelKeep: (() => void) | null = null
  readonly #datasets: DatasetIntake

  constructor(options: ColumnOwnerOptions) {
    const { platform, column, checkpoint } = options
    this.column = column
    this.#options = options
    this.#reader = makeJournalReader(platform.codec, checkpoint.position)
    this.#folded = checkpoint.parts.length > 0 ? columnFrom(checkpoint.parts as readonly Part[]) : emptyColumn()
    this.#positions = checkpoint.positions
    this.#claim = platform.newId()
    this.#target = { topic: platform.topic('journal'), column, owner: this.#claim }
    this.#archiver = makeArchiver(platform, column, (input) => this.#give(input))
    this.#reviver = makeReviver(platform, column, (input) => this.#give(input))
    this.#checkpointing = makeCheckpointing(platform, column, checkpoint, options.pace)
    this.#datasets = makeDatasetIntake(options, {
      working: () => this.#working,
      onPushed: () => this.#schedule(),
      give: (dagId) => this.onTableChanged(dagId),
      onFailed: (why) => this.#over(why),
    })
  }

  /** Appends the claim. */
  claim(): void {
    if (this.#isOver) return
    const { platform } = this.#options
    const claim = acquisitionRecord(platform.codec, this.#target, platform.clock.now(), this.#positions)
    platform.bus.send([claim]).catch((error) => this.#over(`the claim could not be sent: ${ensureError(error).message}`))
  }

  /** The group took the column away, or the service ends. */
  stop(): void {
    this.#isOver = true
    this.#working = null
    this.#early = []
    this.#cancelTimer()
    this.#cancelKeep?.()
    this.#cancelKeep = null
    this.#reviver.stop()
    this.#checkpointing.stop()
    this.#datasets.stop()
  }

  onJournal(record: Incoming): void {
    if (this.#isOver) return
    try {
      const entry = this.#reader.read(record)
      if (entry?.kind === 'decided') {
        if (this.#timed && !this.#timed.isRead) this.#time(this.#timed, entry, record)
        fold(this.#folded, entry)
        this.#positions = entry.positions
        this.#archiver.readBack(entry.events, this.#working?.state ?? null)
        this.#checkpointing.folded(entry.events)
        if (this.#working && this.#checkpointing.isDue()) this.#checkpointing.write(this.#folded, this.#reader.position(), this.#positions)
      } else if (entry?.kind === 'acquired') this.#acquired(entry.owner, entry.offset)
      else if (entry?.kind === 'lost') this.#lost(record, entry)
    } catch (thrown) {
      this.#unread(record, ensureError(thrown))
    }
  }

  #time(
    timed: { readonly seq: number; readonly sentAt: number; isRead: boolean },
    entry: { readonly seq: number; readonly epoch: number },
    record: Incoming,
  ): void {
    if (entry.epoch !== this.#working?.epoch || entry.seq !== timed.seq) return
    timed.isRead = true
    this.#options.onStamped(timed.sentAt, record.timestamp)
  }

  /** A payload that nobody can decode costs the runs that it is about. What we decided on top of it is void: another epoch begins. */
  #lost(record: Incoming, entry: Extract<JournalEntry, { kind: 'lost' }>): void {
    const { platform } = this.#options
    platform.log.error({ column: this.column, offset: record.offset, about: entry.names }, `a journal record goes to dead-letters: ${entry.error.message}`)
    this.#send([makeDeadLetter(platform, record, 'scheduler', entry.error)])
    loseRecord(this.#folded, entry.names)
    fold(this.#folded, { at: this.#folded.at, events: entry.events })
    this.#positions = entry.positions ?? this.#positions
    if (this.#isClaimed) this.#over('one of its decisions cannot be read back')
  }

  /** Impossible history costs its column; a schema that is newer than we are ends the reader. */
  #unread(record: Incoming, error: Error): void {
    const { onFailed, onStopped } = this.#options
    this.stop()
    if (!(error instanceof MillraceError) || error.code !== 'impossible_history') return onFailed(error)
    onStopped(this, `its journal cannot be true at offset ${record.offset} (${error.message}). Restore topic ${record.topic} from a backup`)
  }

  #acquired(owner: string, offset: number): void {
    if (this.#isClaimed) {
      // Also a late copy of our own claim: what the old epoch decided but did not append is void, and its inputs were taken already.
      this.#over(owner === this.#claim ? 'a late copy of its claim began another epoch' : 'another scheduler took it')
    } else if (owner === this.#claim) {
      this.#isClaimed = true
      this.#own(offset).catch((error) => this.#options.onFailed(ensureError(error)))
    }
  }

  async #own(epoch: number): Promise<void> {
    const { platform, column, table, tableReady, inputEnds, onStopped } = this.#options
    const state = copyOf(this.#folded)
    const positions = this.#positions
    await tableReady
    const stands = datasetPositions(positions)
    const ends = await inputEnds(column, stands.length > 0)
    if (this.#isOver) return
    if (this.#reader.position().epoch !== epoch) return this.#over('another scheduler claimed it meanwhile')
    const [lost] = lostInputs(positions, ends)
    if (lost) {
      this.stop()
      const place = isDatasetInput(lost.input)
        ? lost.input.replace('dataset-events', platform.topic('dataset-events'))
        : `${platform.topic(lost.input as InputName)}/${column}`
      return onStopped(this, lostWords(column, place, lost, ends[lost.input] ?? { low: 0, high: 0 }))
    }
    const inputsBefore = { commands: ends.commands.high, reports: ends.reports.high }
    this.#working = makeWorkingColumn({ column, state, epoch, positions, inputsBefore })
    platform.log.debug({ column, epoch, dags: state.dags.size }, 'owns column')
    if (state.lost.size > 0) this.#working.push({ input: { kind: 'quarantine' }, moves: null })
    if (stands.length > 0) this.#datasets.join(stands)
    for (const input of table.inputsFor(column, platform.columns, state.dags.keys())) this.#give(input)
    this.#archiver.readBack([], this.#working.state)
    this.#reviver.all(this.#working.state)
    const early = this.#early
    this.#early = []
    for (const { name, record } of early) this.onInput(name, record)
    this.#schedule()
  }

  #over(why: string): void {
    if (this.#isOver) return
    const { platform, column, onOver } = this.#options
    platform.log.info({ column }, `ownership of the column is over: ${why}`)
    this.stop()
    onOver(this)
  }

  onInput(name: InputName, record: Incoming): void {
    if (this.#isOver) return
    if (!this.#working) {
      this.#early.push({ name, record })
      return
    }
    if (!this.#working.accepts(name, record.offset)) return
    const { platform, poison } = this.#options
    const moves = { name, next: record.offset + 1 }
    const read = readInput(platform.codec, name, record, platform.columns)
    const error = poison.get(`${name}/${record.offset}`) ?? (read.kind === 'unreadable' ? read.error : null)
    if (error) {
      platform.log.error({ column: this.column, topic: record.topic, offset: record.offset, err: error }, 'an input goes to dead-letters')
      this.#send([makeDeadLetter(platform, record, 'scheduler', error)])
    } else if (read.kind === 'elsewhere')
      this.#send([{ topic: record.topic, partition: read.column, key: read.dagId, value: record.value, headers: record.headers }])
    this.#working.push({ input: !error && read.kind === 'input' ? read.input : null, moves })
    this.#schedule()
  }

  onTableChanged(dagId: string): void {
    this.#give(this.#options.table.input(dagId))
  }

  #give(input: Input): void {
    if (!this.#working) return
    if (this.#datasets.holds(input, this.#working)) return
    this.#working.push({ input, moves: null })
    this.#schedule()
  }

  /** What was decided about an input must not be kept before what it is sent to has it: the single-flight bus keeps the order. */
  #send(records: readonly Outgoing[]): void {
    this.#options.platform.bus.send(records).catch((error) => this.#over(`an input could not be sent on: ${ensureError(error).message}`))
  }

  /** Decides soon: what arrives in the same turn of the event loop is decided together. */
  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    setImmediate(() => {
      this.#isScheduled = false
      this.#work()
    })
  }

  #work(): void {
    const working = this.#working
    if (!working) return
    const { clock } = this.#options.platform
    try {
      while (this.#inFlight < maxInFlight && working.hasWork(clock.now())) {
        const decision = working.next(clock.now())
        if (decision) {
          this.#append(working, decision)
          this.#archiver.after(decision.events, working.state)
        } else this.#keepPositionsSoon()
        this.#reviver.after(decision?.events ?? [], working.state)
      }
    } catch (thrown) {
      this.#spoiled(thrown)
      return
    }
    this.#setTimer(working)
  }

  #append(working: WorkingColumn, decision: NextDecision): void {
    const { platform } = this.#options
    const records = decisionRecords(platform.codec, this.#target, { ...decision, epoch: working.epoch, names: namesOf(decision.events) })
    working.took(records.length)
    const sentAt = platform.clock.now()
    if (!this.#timed || (this.#timed.isRead && Math.abs(sentAt - this.#timed.sentAt) >= timeEveryMs))
      this.#timed = { seq: decision.seq + records.length - 1, sentAt, isRead: false }
    this.#inFlight++
    platform.bus
      .send(records)
      .catch((error) => this.#over(`a decision could not be appended: ${ensureError(error).message}`))
      .finally(() => {
        const wasFull = this.#inFlight-- >= maxInFlight
        if (this.#working?.hasWork(platform.clock.now())) this.#schedule()
        else if (this.#working && wasFull) this.#setTimer(this.#working)
      })
  }

  #spoiled(thrown: unknown): void {
    const error = ensureError(thrown)
    if (error instanceof PoisonedInput && error.waiting.moves) {
      this.#options.poison.set(`${error.waiting.moves.name}/${error.waiting.moves.next - 1}`, error.cause)
      this.#over(`an input could not be decided and is left out: ${error.cause.message}`)
      return
    }
    this.stop()
    this.#options.onStopped(this, `it cannot decide: ${error.message}. Report this with the scheduler's log; it is tried again when the scheduler starts`)
  }

  #keepPositionsSoon(): void {
    const { clock } = this.#options.platform
    this.#cancelKeep ??= clock.after(keepPositionsWithinMs, () => {
      this.#cancelKeep = null
      const decision = this.#working?.idlePositions(clock.now())
      if (this.#working && decision) this.#append(this.#working, decision)
    })
  }

  #setTimer(working: WorkingColumn): void {
    const { clock } = this.#options.platform
    this.#cancelTimer()
    const due = working.dueAt()
    // With no room for another append a due timer would ring for nothing, again and again: the next acknowledgement sets it.
    if (due === null || this.#inFlight >= maxInFlight) return
    // Node's timers end at 24.8 days; waking once a day to look again costs nothing.
    this.#cancelTimer = clock.after(Math.min(Math.max(0, due - clock.now()), 86_400_000), () => this.#work())
  }
}
