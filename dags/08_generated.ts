/**
 * 08 · Many DAGs from one file.
 *
 *   ingest_customers:  extract_people, extract_addresses ─> done
 *   ingest_shop:       extract_orders, extract_items, extract_refunds ─> done
 *
 * A DAG is a value that a function returns, so a loop makes as many as there are entries in 08_sources.json. The configuration is imported: it travels
 * with the code, and a change of it makes new versions of the DAGs that it changes.
 */
import { bash, dag, empty } from 'millrace'
import sources from './08_sources.json' with { type: 'json' }

export default sources.map(({ name, schedule, tables }) =>
  dag(
    `ingest_${name}`,
    { description: `Takes in ${tables.length} tables of ${name}`, schedule, startDate: '2024-01-01', tags: ['example', 'generated'] },
    () => {
      const done = empty('done')
      for (const table of tables) bash(`extract_${table}`, `echo "${table} of ${name} for {{ ds }}"`).before(done)
    },
  ),
)
