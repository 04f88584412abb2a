/**
 * 01 · Three commands, every morning at nine.
 *
 *                         ┌─> sleep ─┐
 *   start ─> print_date ──┤          ├─> end
 *                         └─> list ──┘
 *
 * A file in this folder is a DAG file: it exports what dag() makes. Save it, and it is on the page within a second; break it, and the page says in
 * which line, while the last good version goes on. A new DAG is paused: switch it on there, or with `millrace dags unpause print_date`.
 *
 * To see it run right here, with no server at all: `millrace dags test dags/01_print_date.ts`
 */
import { bash, chain, dag, empty } from 'millrace'

export default dag(
  'print_date',
  {
    description: 'Prints the date, and does two more things side by side',
    // Cron: minute, hour, day of month, month, day of week. '@daily' or '10m' would do as well.
    schedule: '0 9 * * *',
    startDate: '2024-01-01',
    // Days that passed before the DAG was switched on are not made up for.
    catchup: false,
    tags: ['example'],
    // For every task that does not say otherwise: a failed try is tried twice more, ten seconds later.
    defaultArgs: { owner: 'examples', retries: 2, retryDelay: '10s' },
  },
  () => {
    // Empty tasks do nothing and cost nothing: they mark where the work begins and ends.
    const start = empty('start')
    const end = empty('end')

    // Commands are templates. {{ ds }} is the day the run is for, which is not the day on which it happens to run.
    const printDate = bash('print_date', 'echo "this run is for {{ ds }}, and now it is $(date)"')
    const sleep = bash('sleep', 'sleep 1')
    const list = bash('list', 'ls -l /')

    // Airflow's  start >> print_date >> [sleep, list] >> end
    chain(start, printDate, [sleep, list], end)
  },
)
