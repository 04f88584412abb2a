import { type Kind, kinds, oneOf } from './normal-kinds.ts'

/** What is known of operators without their code: which of their arguments are templates (Airflow's choice), and which cannot do without code. */
export const operatorTemplateFields: Readonly<Record<string, readonly string[]>> = {
  function: [],
  branch: [],
  short_circuit: [],
  latest_only: [],
  empty: [],
  bash: ['command', 'env', 'cwd'],
  http: ['httpConnId', 'endpoint', 'data', 'headers'],
  http_sensor: ['httpConnId', 'endpoint', 'requestParams', 'headers'],
  postgres: ['sql', 'parameters', 'postgresConnId'],
}

export const templateFieldsOf = (operator: string): readonly string[] =>
  Object.hasOwn(operatorTemplateFields, operator) ? (operatorTemplateFields[operator] ?? []) : []

export const alwaysNeedsCode = (operator: string): boolean => operator === 'function' || operator === 'branch' || operator === 'short_circuit'

const number: Kind = { says: 'a number', holds: (value) => typeof value === 'number' }
const request: Readonly<Record<string, Kind>> = { httpConnId: kinds.nonEmpty, endpoint: kinds.text, method: kinds.nonEmpty, headers: kinds.textMap }

/** Every argument of the operators that run without code, and what it may be: a mapped task may have any of them from its items. */
const operatorArgs: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  bash: { command: kinds.nonEmpty, env: kinds.textMap, appendEnv: kinds.flag, cwd: kinds.nonEmpty, skipOnExitCode: kinds.any },
  http: { ...request, data: kinds.any, logResponse: kinds.flag },
  http_sensor: {
    ...request,
    requestParams: kinds.any,
    responseErrorCodesAllowlist: { says: 'a list', holds: Array.isArray },
    pokeIntervalMs: number,
    timeoutMs: number,
    mode: oneOf('poke', 'reschedule'),
    softFail: kinds.flag,
    exponentialBackoff: kinds.flag,
    maxWaitMs: number,
  },
  postgres: {
    sql: { says: 'SQL as text, or a list of such texts', holds: (value) => kinds.nonEmpty.holds(value) || kinds.texts.holds(value) },
    parameters: { says: 'a list', holds: Array.isArray },
    postgresConnId: kinds.nonEmpty,
    autocommit: kinds.flag,
  },
}

/** What an argument may be; null: there is none by this name. An item of that name takes its place, beside being `{{ inputs.name }}` in templates. */
export const operatorArgKind = (operator: string, name: string): Kind | null => {
  const args = Object.hasOwn(operatorArgs, operator) ? operatorArgs[operator] : undefined
  return args !== undefined && Object.hasOwn(args, name) ? (args[name] ?? null) : null
}

/** Arguments that an operator cannot do without, when it runs without code. */
export const requiredArgs: Readonly<Record<string, readonly string[]>> = { bash: ['command'], postgres: ['sql'] }
