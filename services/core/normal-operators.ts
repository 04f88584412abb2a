/** What is known of operators without their code: which of their arguments are templates (Airflow's choice), and which cannot do without code. */
export const operatorTemplateFields: Readonly<Record<string, readonly string[]>> = {
  function: [],
  empty: [],
  bash: ['command', 'env', 'cwd'],
  http: ['httpConnId', 'endpoint', 'data', 'headers'],
  http_sensor: ['httpConnId', 'endpoint', 'requestParams', 'headers'],
  postgres: ['sql', 'parameters', 'postgresConnId'],
}

export const templateFieldsOf = (operator: string): readonly string[] =>
  Object.hasOwn(operatorTemplateFields, operator) ? (operatorTemplateFields[operator] ?? []) : []

export const alwaysNeedsCode = (operator: string): boolean => operator === 'function'

/** Arguments that an operator cannot do without, when it runs without code. */
export const requiredArgs: Readonly<Record<string, readonly string[]>> = { bash: ['command'], postgres: ['sql'] }
