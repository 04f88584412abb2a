import type { Command } from '../../schemas/generated/records.ts'

/** A command with all that it does not say left empty. */
export const commandOf = (given: Partial<Command> & Pick<Command, 'id' | 'at' | 'dagId' | 'kind'>): Command => ({
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
  ...given,
})
