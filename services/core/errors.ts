/**
 * Every error that Millrace gives by name: `code`, whether trying again may help, and the HTTP status the API answers with.
 * The message says what is wrong, where, and what to do next. A new one is a line here.
 */
const table = {
  // asked for something that is not there, or not possible now
  dag_not_found: { retryable: false, status: 404 },
  run_not_found: { retryable: false, status: 404 },
  task_not_found: { retryable: false, status: 404 },
  backfill_not_found: { retryable: false, status: 404 },
  log_not_found: { retryable: false, status: 404 },
  worker_not_found: { retryable: false, status: 404 },
  dataset_not_found: { retryable: false, status: 404 },
  pool_not_found: { retryable: false, status: 404 },
  run_conflict: { retryable: false, status: 409 },
  pool_conflict: { retryable: false, status: 409 },
  run_archived: { retryable: false, status: 409 },
  rebuild_running: { retryable: true, status: 409 },
  dag_removed: { retryable: false, status: 409 },
  // what was sent is wrong
  bad_request: { retryable: false, status: 400 },
  bad_conf: { retryable: false, status: 400 },
  unknown_command: { retryable: false, status: 400 },
  bad_dag: { retryable: false, status: 422 },
  bad_cron: { retryable: false, status: 422 },
  bad_zone: { retryable: false, status: 422 },
  bad_option: { retryable: false, status: 422 },
  template_failed: { retryable: false, status: 422 },
  filter_failed: { retryable: false, status: 422 },
  connection_not_found: { retryable: false, status: 422 },
  variable_not_found: { retryable: false, status: 422 },
  // not from here
  forbidden: { retryable: false, status: 403 },
  // limits
  too_big: { retryable: false, status: 413 },
  // records and contracts
  undecodable: { retryable: false, status: 500 },
  unknown_schema: { retryable: true, status: 500 },
  incompatible_schema: { retryable: false, status: 500 },
  topic_mismatch: { retryable: false, status: 500 },
  position_lost: { retryable: false, status: 500 },
  impossible_history: { retryable: false, status: 500 },
  // parts that are away
  broker_unreachable: { retryable: true, status: 503 },
  registry_unreachable: { retryable: true, status: 503 },
  api_unreachable: { retryable: true, status: 503 },
  database_unreachable: { retryable: true, status: 503 },
  no_answer: { retryable: true, status: 504 },
  shutting_down: { retryable: true, status: 503 },
  // the machine
  missing_requirement: { retryable: false, status: 500 },
  port_taken: { retryable: true, status: 500 },
  bad_config: { retryable: false, status: 500 },
  internal: { retryable: false, status: 500 },
} as const satisfies Record<string, { retryable: boolean; status: number }>

export type ErrorCode = keyof typeof table

/** Codes come from other processes, too; a newer one may know more. */
export const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(table, code)

export class MillraceError extends Error {
  readonly code: ErrorCode
  override readonly name = 'MillraceError'

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  get retryable(): boolean {
    return table[this.code].retryable
  }

  get httpStatus(): number {
    return table[this.code].status
  }
}

/** What was thrown, as an Error: used once at each border where anything may arrive. */
export const ensureError = (thrown: unknown): Error =>
  thrown instanceof Error ? thrown : new Error(typeof thrown === 'string' ? thrown : `thrown: ${JSON.stringify(thrown)}`)
