/** The code behind each operator, loaded when it is first used: a warm child that runs functions never loads the Postgres client. */
import type { Operator } from './operator-run.ts'
import { runBranch, runShortCircuit } from './run-branch.ts'

export const builtInOperators: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ['function', async ({ code, context }) => code.run?.(context)],
  ['branch', runBranch],
  ['short_circuit', runShortCircuit],
  ['empty', async () => undefined],
  ['bash', async (run) => (await import('./run-bash.ts')).runBash(run)],
  ['http', async (run) => (await import('./run-http.ts')).runHttp(run)],
  ['http_sensor', async (run) => (await import('./run-http-sensor.ts')).runHttpSensor(run)],
  ['postgres', async (run) => (await import('./run-postgres.ts')).runPostgres(run)],
])
