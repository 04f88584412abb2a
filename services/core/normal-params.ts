import type { Json, JsonObject } from './dag.ts'
import type { Problems } from './normal-problems.ts'
import { schemaProblem } from './param-schema.ts'
import { isParamSchema, valueProblem } from './params.ts'

/** Schemas are right, defaults fit them, and what runs by a schedule needs nobody to give a value. */
export const checkParams = (params: JsonObject, isScheduled: boolean, problems: Problems): void => {
  for (const [name, param] of Object.entries(params)) {
    if (!isParamSchema(param)) continue
    const problem = schemaProblem(param, `params.${name}`)
    const standard: Json | undefined = param.default
    if (problem !== null) problems.add(`params.${name}`, problem.replace(`params.${name}`, '').replace(/^[.:]? ?/, ''))
    else if (standard === undefined) {
      if (isScheduled) problems.add(`params.${name}.default`, 'is missing: the schedule makes runs, and nobody is there to give a value')
    } else {
      const wrong = valueProblem(param, standard, 'default')
      if (wrong !== null) problems.add(`params.${name}.default`, wrong.replace(/^default /, ''))
    }
  }
}
