/**
 * 05 · Some ways are taken, some are not.
 *
 *                          ┌─> load_small ─┐
 *   count ─> any ─> choose ┤               ├─> report ─> latest_only ─> announce
 *                          └─> load_large ─┘
 *
 * A branch returns what is to follow; the other tasks directly behind it are skipped. A skip goes on through tasks that wait for all to succeed, so the
 * one that joins the branches says that one success is enough. A short circuit stops everything behind it, and `latestOnly` what only makes sense now:
 * when this DAG catches up with the past, nobody wants last month's announcements.
 */
import { bash, branch, chain, dag, latestOnly, shortCircuit, task } from 'millrace'

export default dag(
  'branching',
  {
    description: 'A branch, a join, a short circuit, and what only the latest run does',
    schedule: '@daily',
    startDate: '2024-01-01',
    catchup: false,
    tags: ['example'],
    // What a run may be given: `millrace dags trigger branching --conf '{"rows": 50000}'`. Anything else than a count is refused before the run exists.
    params: { rows: { type: 'integer', default: 120, minimum: 0, description: 'how many rows there are today' } },
    defaultArgs: { owner: 'examples' },
  },
  () => {
    const count = task('count', ({ params }) => Number(params.rows))

    const any = shortCircuit('any', { inputs: { rows: count } }, ({ inputs }) => inputs.rows > 0)

    const small = bash('load_small', 'echo "all at once"')
    const large = bash('load_large', 'echo "in pieces, over night"')
    const choose = branch('choose', { inputs: { rows: count } }, ({ inputs }) => (inputs.rows > 10_000 ? large : small))

    const report = bash('report', 'echo "loaded on {{ ds }}"', { triggerRule: 'none_failed_min_one_success' })

    chain(any, choose, [small, large], report, latestOnly('latest_only'), bash('announce', 'echo "the table is fresh"'))
  },
)
