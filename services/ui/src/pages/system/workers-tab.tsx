import type { Worker } from '../../api/types.ts'
import { useDrainWorker, useWorkers } from '../../data/use-workers.ts'
import { Button } from '../../parts/button.tsx'
import { CopyId } from '../../parts/copy-id.tsx'
import { EmptyState } from '../../parts/empty-state.tsx'
import { ErrorNote } from '../../parts/error-note.tsx'
import { ProgressBar } from '../../parts/progress-bar.tsx'
import { ColumnHead, TableHead } from '../../parts/table-head.tsx'
import { Time } from '../../parts/time.tsx'
import { StateIcon } from '../../states/state-icon.tsx'
import { text } from '../../strings/text.ts'
import { HealthParts } from './health-parts.tsx'

const { workers: words } = text.system
const marks = { alive: 'success', draining: 'up_for_reschedule', silent: 'failed', left: 'removed' } as const
const columns =
  'grid items-center gap-x-4 px-4 grid-cols-[20px_minmax(0,1fr)_minmax(96px,1fr)_64px] sm:grid-cols-[92px_minmax(0,1fr)_minmax(96px,1fr)_72px] md:grid-cols-[92px_minmax(0,2fr)_minmax(0,2fr)_minmax(110px,1fr)_80px_72px]'

const Row = ({ worker }: { readonly worker: Worker }) => {
  const drain = useDrainWorker()
  return (
    <div role="row" aria-label={worker.incarnation} className={`min-h-10 border-b hover:bg-hover ${columns}`}>
      <span role="cell" className="flex items-center gap-1.5">
        <StateIcon state={marks[worker.state]} decorative />
        <span className="max-sm:sr-only">{words.states[worker.state]}</span>
      </span>
      <span role="cell" className="min-w-0">
        <span className="block truncate">
          {worker.hostname} <span className="tabular text-soft">· {worker.pid}</span>
        </span>
        <span className="flex text-soft">
          <CopyId value={worker.incarnation} what={text.task.worker} />
        </span>
      </span>
      <span role="cell" className="truncate text-soft max-md:hidden" title={worker.release}>
        {worker.left_reason ?? worker.queues.join(', ')}
      </span>
      <span role="cell" className="min-w-0">
        <ProgressBar
          label={words.busy(worker.running, worker.slots)}
          done={worker.running}
          total={worker.slots}
          parts={[{ state: 'running', count: worker.state === 'left' ? 0 : worker.running }]}
        />
        <span className="tabular text-xs text-soft">{words.busy(worker.running, worker.slots)}</span>
      </span>
      <span role="cell" className="text-soft max-md:hidden">
        <Time at={worker.seen_at} />
      </span>
      <span role="cell" className="flex justify-end">
        {worker.state === 'alive' && (
          <Button title={words.drain} disabled={drain.isPending} onClick={() => drain.mutate(worker.incarnation)}>
            {words.drainShort}
          </Button>
        )}
      </span>
    </div>
  )
}

interface TableProps {
  readonly title: string
  readonly column: string
  readonly workers: readonly Worker[]
}

const WorkerTable = ({ title, column, workers }: TableProps) => (
  <div role="table" aria-label={title}>
    <TableHead columns={columns}>
      <ColumnHead className="max-sm:invisible">{words.columns.state}</ColumnHead>
      <ColumnHead>{column}</ColumnHead>
      <ColumnHead className="max-md:hidden">{workers.some(({ queues }) => queues.length > 0) && words.columns.queues}</ColumnHead>
      <ColumnHead>{words.columns.slots}</ColumnHead>
      <ColumnHead className="max-md:hidden">{words.columns.seen}</ColumnHead>
      <ColumnHead className="sr-only">{words.columns.actions}</ColumnHead>
    </TableHead>
    {workers.map((worker) => (
      <Row key={worker.incarnation} worker={worker} />
    ))}
  </div>
)

/** How the parts are, and each worker and triggerer with what it runs. */
export const WorkersTab = () => {
  const query = useWorkers()
  const workers = query.data?.workers ?? []
  const triggerers = query.data?.triggerers ?? []
  return (
    <>
      <title>{`${words.title} · ${text.product}`}</title>
      <HealthParts />
      {query.error && <ErrorNote error={query.error} onRetry={() => void query.refetch()} />}
      {query.isPending && <div className="appear-late m-4 h-24 rounded bg-hover" />}
      {query.data && workers.length === 0 && (
        <EmptyState title={words.none} command={words.noneCommand}>
          {words.noneText}
        </EmptyState>
      )}
      {workers.length > 0 && <WorkerTable title={words.title} column={words.columns.worker} workers={workers} />}
      {triggerers.length > 0 && (
        <>
          <h2 className="px-4 pt-5 pb-1 font-semibold">{words.triggerers}</h2>
          <WorkerTable title={words.triggerers} column={words.triggerer} workers={triggerers} />
        </>
      )}
    </>
  )
}
