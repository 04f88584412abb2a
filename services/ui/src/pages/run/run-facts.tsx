import { Link } from '@tanstack/react-router'
import type { DagRun } from '../../api/types.ts'
import { CopyId } from '../../parts/copy-id.tsx'
import { Duration } from '../../parts/duration.tsx'
import { Fact, Facts } from '../../parts/facts.tsx'
import { JsonText } from '../../parts/json-text.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'
import { SubjectNote } from '../change/subject-note.tsx'

interface Props {
  readonly run: DagRun
}

/** What a run is and why it came to be. */
export const RunFacts = ({ run }: Props) => {
  const by = run.triggering_user_name ?? run.triggered_by
  const version = run.dag_versions.at(-1)
  return (
    <Facts>
      <Fact name={text.run.duration}>
        <Duration start={run.start_date} end={run.end_date} />
      </Fact>
      <Fact name={text.run.started}>
        <Time at={run.start_date} exact />
      </Fact>
      <Fact name={text.run.ended}>
        <Time at={run.end_date} exact />
      </Fact>
      <Fact name={text.run.type}>
        {text.runTypes[run.run_type]}
        {by && <span className="text-soft"> · {by}</span>}
      </Fact>
      <Fact name={text.run.logicalDate}>{run.logical_date ? <Time at={run.logical_date} exact /> : text.run.noLogicalDate}</Fact>
      {run.data_interval_start && run.data_interval_start !== run.data_interval_end && (
        <Fact name={text.run.interval}>
          <Time at={run.data_interval_start} exact /> – <Time at={run.data_interval_end} exact />
        </Fact>
      )}
      <Fact name={text.run.id}>
        <CopyId value={run.dag_run_id} what={text.run.id} />
      </Fact>
      {version && (
        <Fact name={text.run.version}>
          <Link
            to="/dags/$dagId/versions"
            params={{ dagId: run.dag_id }}
            search={{ to: version.version_number }}
            title={version.id}
            className="tabular text-accent hover:underline"
          >
            {version.version_number}
          </Link>
        </Fact>
      )}
      {run.backfill_id && (
        <Fact name={text.run.backfill}>
          <Link to="/dags/$dagId/backfills" params={{ dagId: run.dag_id }} className="font-mono text-xs text-accent hover:underline">
            {run.backfill_id}
          </Link>
        </Fact>
      )}
      {run.reason && <Fact name={text.run.reason}>{run.reason}</Fact>}
      <Fact name={text.run.note}>
        <SubjectNote subject={{ what: 'run', dagId: run.dag_id, runId: run.dag_run_id }} note={run.note} />
      </Fact>
      {Object.keys(run.conf).length > 0 && (
        <Fact name={text.run.conf}>
          <JsonText value={run.conf} />
        </Fact>
      )}
    </Facts>
  )
}
