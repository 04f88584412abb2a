import type { ChangeSubject, ClearChoice, MarkState, Reach } from '../../data/change-subject.ts'

/** A word that a shell reads back as it is. */
export const shellWord = (word: string): string => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)

const reachFlags = (reach: Reach): readonly string[] =>
  (['upstream', 'downstream', 'past', 'future'] as const).filter((name) => reach[name]).map((name) => `--${name}`)

const mapFlag = (mapIndex: number | null): readonly string[] => (mapIndex === null ? [] : [`--map-index ${mapIndex}`])

/** The command line that clears the same: of a range one for each run. */
export const clearCommand = (subject: ChangeSubject, choice: ClearChoice): string => {
  const more = [...(choice.onlyFailed ? ['--only-failed'] : []), ...(choice.latestVersion ? ['--latest-version'] : [])]
  const dag = shellWord(subject.dagId)
  if (subject.what === 'range')
    return subject.runs
      .map(({ runId, taskIds }) =>
        ['millrace tasks clear', dag, ...taskIds.map(shellWord), `--run ${shellWord(runId)}`, ...reachFlags(choice), ...more].join(' '),
      )
      .join(' && ')
  const run = shellWord(subject.runId)
  if (subject.what === 'run') return ['millrace runs clear', dag, run, ...more].join(' ')
  return ['millrace tasks clear', dag, shellWord(subject.taskId), `--run ${run}`, ...mapFlag(subject.mapIndex), ...reachFlags(choice), ...more].join(' ')
}

/** The command line that marks the same; undefined: there is none, it marks one task at a time. */
export const markCommand = (subject: ChangeSubject, state: MarkState, reach: Reach): string | undefined => {
  if (subject.what === 'range') return undefined
  const [dag, run] = [shellWord(subject.dagId), shellWord(subject.runId)]
  if (subject.what === 'run') return ['millrace runs mark', dag, run, state].join(' ')
  return ['millrace tasks mark', dag, run, shellWord(subject.taskId), state, ...mapFlag(subject.mapIndex), ...reachFlags(reach)].join(' ')
}
