import type { BackfillBody } from '../../api/types.ts'
import { zonedInstant } from '../../format/zoned-instant.ts'
import { text } from '../../strings/text.ts'
import { shellWord } from '../change/change-command.ts'
import { parseConf } from '../trigger/parse-conf.ts'

export interface BackfillForm {
  readonly dagId: string
  /** Wall clocks of the DAG's zone, as date fields have them. */
  readonly from: string
  readonly to: string
  readonly reprocess: 'none' | 'failed' | 'completed'
  readonly atOnce: string
  readonly newestFirst: boolean
  readonly conf: string
}

export type ReadForm = { readonly body: BackfillBody } | { readonly problem: string | null }

/** What the form asks for; a problem without words: something is still to be filled in. */
export const readBackfillForm = (form: BackfillForm, zone: string): ReadForm => {
  const [from, to] = [zonedInstant(form.from, zone), zonedInstant(form.to, zone)]
  const atOnce = Number(form.atOnce)
  if (form.dagId === '' || from === null || to === null || !Number.isInteger(atOnce) || atOnce < 1) return { problem: null }
  if (from > to) return { problem: text.backfills.wrongOrder }
  const parsed = parseConf(form.conf)
  if ('problem' in parsed) return parsed
  const body = {
    dag_id: form.dagId,
    from_date: from,
    to_date: to,
    reprocess_behavior: form.reprocess,
    max_active_runs: atOnce,
    run_backwards: form.newestFirst,
  }
  return { body: Object.keys(parsed.conf).length > 0 ? { ...body, dag_run_conf: parsed.conf } : body }
}

/** The command line that starts the same backfill. */
export const backfillCommand = (body: BackfillBody): string =>
  [
    'millrace backfill create',
    shellWord(body.dag_id),
    `--from ${body.from_date}`,
    `--to ${body.to_date}`,
    ...(body.reprocess_behavior === 'none' ? [] : [`--reprocess ${body.reprocess_behavior}`]),
    `--max-active-runs ${body.max_active_runs}`,
    ...(body.run_backwards ? ['--newest-first'] : []),
    ...(body.dag_run_conf ? [`--conf ${shellWord(JSON.stringify(body.dag_run_conf))}`] : []),
  ].join(' ')
