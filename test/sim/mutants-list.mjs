/**
 * Each takes one rule of PROTOCOL.md out of the real code. `find` must stand in the file exactly once: when the code moves on, the mutant says so.
 * `preset`: what has to go wrong for it.
 */
const journal = 'services/platform/bus/journal.ts'
const owner = 'services/scheduler/column-owner.ts'
const executor = 'services/executor/executor.ts'
const office = 'services/executor/office.ts'
const fleet = 'services/executor/fleet.ts'
const table = 'services/holder/attempt-table.ts'
const incarnation = 'services/holder/incarnation.ts'

/** @type {readonly { rule: string, preset?: string, edits: readonly { file: string, find: string, replace: string }[] }[]} */
export const mutants = [
  {
    rule: 'no epoch check',
    edits: [{ file: journal, find: 'const isPresent = headers.owner === owner && Number(headers.epoch) === epoch', replace: 'const isPresent = true' }],
  },
  {
    rule: 'no seq dedupe',
    edits: [{ file: journal, find: 'else if (isPresent && itsSeq > seq) {', replace: 'else if (isPresent) {\n if (itsSeq <= seq) seq = itsSeq - 1' }],
  },
  {
    rule: 'positions of the checkpoint, not of the journal',
    edits: [{ file: owner, find: 'const positions = this.#positions', replace: 'const positions = this.#options.checkpoint.positions' }],
  },
  {
    rule: 'A no re-claim',
    edits: [{ file: 'services/scheduler/service.ts', find: 'if (assigned.has(column) && !isStopping) reopen([column])', replace: '' }],
  },
  {
    rule: 'A a late copy of the own claim believed',
    edits: [{ file: owner, find: 'if (this.#isClaimed) {', replace: 'if (this.#isClaimed && owner !== this.#claim) {' }],
  },
  {
    rule: 'B position moves with the first part',
    edits: [
      {
        file: journal,
        find: 'return last ? { ...envelope, positions: JSON.stringify(decision.positions) } : envelope',
        replace: 'return { ...envelope, positions: JSON.stringify(decision.positions) }',
      },
      { file: journal, find: "const isLast = headers.last === '1'", replace: "const isLast = headers.last !== '2'" },
    ],
  },
  { rule: 'B parts survive an epoch', edits: [{ file: journal, find: '    seq = 0\n    parts = []\n', replace: '    seq = 0\n' }] },
  {
    rule: 'C checkpoint of memory ahead of the log',
    edits: [{ file: owner, find: 'this.#checkpointing.write(this.#folded,', replace: 'this.#checkpointing.write(this.#working.state,' }],
  },
  {
    rule: 'C last written wins',
    preset: 'oblivion',
    edits: [{ file: 'services/platform/bus/checkpoint-reader.ts', find: 'complete.sort((a, b) => a.manifest.offset - b.manifest.offset)', replace: '' }],
  },
  {
    rule: 'C reader resumes without epoch and seq',
    edits: [
      {
        file: 'services/platform/bus/checkpoint-reader.ts',
        find: 'position: { offset, epoch, owner, seq },',
        replace: 'position: { ...journalStart, offset },',
      },
    ],
  },
  { rule: 'no token check', edits: [{ file: 'services/core/decide-report.ts', find: 'task.token !== report.token ||', replace: '' }] },
  {
    rule: 'token of the try, not of the queueing',
    preset: 'hot',
    edits: [
      {
        file: 'services/core/carry-on.ts',
        find: 'token: d.token() })',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: source text
        replace: 'token: `${run.dagId}.${run.runId}.${task.taskId}.${task.poking ? task.tryNumber : task.tryNumber + 1}` })',
      },
    ],
  },
  { rule: 'no command ids', edits: [{ file: 'services/core/decide-command.ts', find: 'if (d.column.answered.has(command.id)) return', replace: '' }] },
  {
    rule: 'F no handshake',
    preset: 'zombie',
    edits: [{ file: incarnation, find: 'enterLeastEpoch(table, await newestClaim(platform, onFailed))', replace: '' }],
  },
  {
    rule: 'F worker takes older epochs',
    preset: 'zombie',
    edits: [{ file: table, find: "if (command.epoch < table.epoch) return { kind: 'ignore', why: 'older_epoch' } // F", replace: '' }],
  },
  { rule: 'F no sync before dispatch', edits: [{ file: executor, find: 'for (const member of fleet.alive) if (!member.answered) return false', replace: '' }] },
  {
    rule: 'D answers list only live attempts',
    edits: [
      {
        file: table,
        find: 'statuses(isWhole ? [...table.attempts.values()] :',
        replace: "statuses(isWhole ? [...table.attempts.values()].filter((a) => a.state !== 'ended') :",
      },
    ],
  },
  {
    rule: 'E absence believed whatever the heartbeat covers',
    edits: [{ file: office, find: 'member.attempts.has(holding.token) || member.coveredN < holding.saidN', replace: 'member.attempts.has(holding.token)' }],
  },
  {
    rule: 'G no numbers in the inbox',
    preset: 'echoes',
    edits: [{ file: table, find: "if (command.n <= table.n) return { kind: 'ignore', why: 'repeat' } // G", replace: '' }],
  },
  {
    rule: 'H any incarnation of a shared inbox obeys',
    edits: [
      { file: table, find: "if (command.incarnation !== table.incarnation) return { kind: 'ignore', why: 'not_ours' } // H", replace: '' },
      { file: 'services/holder/inbox.ts', find: 'record.key !== incarnation || record.value === null', replace: 'record.value === null' },
      { file: 'schemas/topics.ts', find: 'inbox: { partitions: 64,', replace: 'inbox: { partitions: 2,' },
    ],
  },
  {
    rule: 'I next attempt beside a living holder',
    edits: [{ file: office, find: 'else if (office.book.holders.has(want.instance)) {', replace: 'else if (office.epoch < -1) {' }],
  },
  {
    rule: 'J lost without reading heartbeats to their end',
    preset: 'duel',
    edits: [
      {
        file: 'services/executor/leases.ts',
        find: 'if (askedAt === null || deadline >= askedAt) unasked = true\n        else if (read) lost.push(member)',
        replace: 'unasked = lost.push(member) < 0',
      },
    ],
  },
  {
    rule: 'K an unaccounted token is dispatched again',
    edits: [{ file: office, find: 'if (want) doubt(office, want, reason)', replace: 'if (want) {\n    want.running = false\n    place(office, want)\n  }' }],
  },
  {
    rule: 'K a silent worker may not have had it',
    edits: [{ file: office, find: "want.queuedAt <= silentUntil[want.trigger === null ? 'worker' : 'triggerer']", replace: 'want.queuedAt < 0' }],
  },
  {
    rule: 'L acts before the journal is read to its end',
    preset: 'behind',
    edits: [{ file: executor, find: 'if (!journalEnds || !everyJournalRead(journalEnds)) return false', replace: '' }],
  },
  {
    rule: 'M an attempt that the reaper killed is taken for one that failed',
    edits: [{ file: incarnation, find: 'wasReaped: reaper.isOver,', replace: 'wasReaped: async () => false,' }],
  },
  { rule: 'M no reaper', edits: [{ file: incarnation, find: 'onRenewed: reaper.renew,', replace: 'onRenewed: () => undefined,' }] },
  {
    rule: 'N a new incarnation proves the old one dead',
    preset: 'restarts',
    edits: [
      {
        file: executor,
        find: "if (heard.kind === 'new') sync(member, epoch)",
        replace:
          "if (heard.kind === 'new') sync(member, epoch)\n      if (heard.kind === 'new' && office)\n        for (const other of [...fleet.alive])\n          if (other !== member && other.beat?.hostname === member.beat?.hostname) {\n            fleet.lose(other)\n            takeLeave(office, other, 'mutant')\n          }",
      },
    ],
  },
  {
    rule: 'O a lost incarnation that beats again lives on',
    preset: 'ghosts',
    edits: [
      {
        file: fleet,
        find: "        member.beatWhileLost = true\n        return { kind: 'beatOfLost', member }",
        replace: "        member.state = 'alive'\n        alive.add(member)",
      },
    ],
  },
  {
    rule: 'P a late copy of an old heartbeat believed',
    preset: 'copies',
    edits: [{ file: fleet, find: ' || heartbeat.counter <= known.counter)', replace: ')' }],
  },
  {
    rule: 'Q a token seen at a worker that is gone is forgotten',
    preset: 'leaving',
    edits: [{ file: office, find: 'else for (const token of member.attempts.keys()) seen.add(token) // Q', replace: '' }],
  },
]
