import type { RunBarData } from '../api/types.ts'
import { spanMs } from '../format/duration.ts'
import { text } from '../strings/text.ts'
import { barHeight } from './bar-height.ts'
import { RunBar } from './run-bar.tsx'

const slot = 8
const width = 6
const space = 20
const places = 14

interface Props {
  readonly dagId: string
  /** Newest first. */
  readonly runs: readonly RunBarData[]
  readonly now: number
}

/** The last runs of a DAG, the newest on the right; places stay where they are while runs come in. */
export const RunBars = ({ dagId, runs, now }: Props) => {
  const spans = runs.map((run) => spanMs(run.start_date, run.end_date, now))
  const longest = Math.max(1, ...spans.map((span) => span ?? 0))
  return (
    <svg
      role="img"
      aria-label={`${text.dags.recent(dagId)}: ${runs.map((run) => text.states[run.state]).join(', ') || text.dags.noRuns}`}
      width={places * slot}
      height={space}
      className="block"
    >
      <path d={`M0 ${space - 0.5}H${places * slot - 2}`} stroke="var(--line)" />
      {runs.slice(0, places).map((run, at) => (
        <RunBar
          key={run.dag_run_id}
          state={run.state}
          x={(places - 1 - at) * slot}
          width={width}
          height={barHeight(spans[at] ?? null, longest, space)}
          space={space}
        />
      ))}
    </svg>
  )
}
