/**
 * Renders the arguments of an operator that are templates. Rendering is synchronous, the host's answers are not: what a template names in plain
 * sight is fetched before, and what it asks for in a call (`var.value.get(x)`, a big XCom) is fetched when asked, and then rendered again.
 */
import type { AttemptContext } from '../../core/attempt-context.ts'
import type { Json, JsonObject, TaskDefinition } from '../../core/dag.ts'
import { MillraceError } from '../../core/errors.ts'
import type { Connection } from '../connections.ts'
import { makeRenderer, type Renderer } from './environment.ts'
import { templateVariables } from './variables.ts'

export interface TemplateHost {
  connection(id: string): Promise<Connection>
  variable(key: string): Promise<string>
  /** The value of an upstream task's XCom, or a promise of it where it lies in the store. */
  xcom(taskId: string, key: string): unknown
  /** `{{ inputs.x }}`: items of a mapped task, results of upstream tasks. */
  readonly inputs: Readonly<Record<string, unknown>>
}

/** Thrown inside a template function: the value has to be fetched first. */
class Ask extends Error {
  readonly ask: Promise<void>

  constructor(ask: Promise<void>) {
    super('a value is being fetched')
    this.ask = ask
  }
}

const isTemplate = (text: string): boolean => text.includes('{{') || text.includes('{%') || text.includes('{#')

const anyTemplate = (value: Json): boolean => {
  if (typeof value === 'string') return isTemplate(value)
  if (Array.isArray(value)) return value.some(anyTemplate)
  return typeof value === 'object' && value !== null && Object.values(value).some(anyTemplate)
}

let shared: Promise<Renderer> | null = null

/** The task's args with its template fields rendered. Throws `template_failed` naming the field, and what the host throws. */
export const renderArgs = async (task: TaskDefinition, context: AttemptContext, host: TemplateHost): Promise<JsonObject> => {
  const fields = task.templateFields.filter((field) => Object.hasOwn(task.args, field) && anyTemplate(task.args[field] ?? null))
  if (fields.length === 0) return task.args
  shared ??= makeRenderer()
  const renderer = await shared
  const variables = new Map<string, string>()
  const connections = new Map<string, Connection>()
  const stored = new Map<string, unknown>()

  const fetchVariable = async (key: string): Promise<void> => {
    if (!variables.has(key)) variables.set(key, await host.variable(key))
  }
  const xcom = (taskId: string, key: string): unknown => {
    const place = `${taskId}\n${key}`
    if (stored.has(place)) return stored.get(place)
    const found = host.xcom(taskId, key)
    if (!(found instanceof Promise)) return found
    throw new Ask(found.then((value) => void stored.set(place, value)))
  }
  const source = {
    inputs: host.inputs,
    variables,
    connections,
    variable: (key: string): string => {
      const value = variables.get(key)
      if (value === undefined) throw new Ask(fetchVariable(key))
      return value
    },
    xcom: (taskIds: unknown, key: unknown): unknown => {
      if (typeof key !== 'string') throw new Error('ti.xcom_pull: key must be text')
      if (typeof taskIds === 'string') return xcom(taskIds, key)
      if (Array.isArray(taskIds)) return taskIds.map((taskId) => xcom(String(taskId), key))
      throw new Error("ti.xcom_pull: say of which task, as in ti.xcom_pull(task_ids='extract')")
    },
  }

  const renderText = async (field: string, text: string): Promise<string> => {
    for (const [, , dotted, quoted] of text.matchAll(/\bvar\s*\.\s*(value|json)\s*(?:\.\s*(\w+)|\[\s*['"]([^'"]+)['"]\s*\])/g)) {
      const key = dotted ?? quoted
      if (key !== undefined && key !== 'get') await fetchVariable(key)
    }
    for (const [, dotted, quoted] of text.matchAll(/\bconn\s*(?:\.\s*(\w+)|\[\s*['"]([^'"]+)['"]\s*\])/g)) {
      const id = dotted ?? quoted
      if (id !== undefined && !connections.has(id)) connections.set(id, await host.connection(id))
    }
    for (let round = 0; round < 1000; round++) {
      try {
        return renderer.render(text, templateVariables(task, context, source))
      } catch (error) {
        if (error instanceof Ask) await error.ask
        else if (error instanceof MillraceError && error.code === 'template_failed')
          throw new MillraceError('template_failed', `field '${field}': ${error.message}`, { cause: error })
        else throw error
      }
    }
    throw new MillraceError('template_failed', `field '${field}': the template asks for more than 1,000 values`)
  }
  const render = async (field: string, value: Json): Promise<Json> => {
    if (typeof value === 'string') return isTemplate(value) ? renderText(field, value) : value
    if (Array.isArray(value)) {
      const items: Json[] = []
      for (const item of value) items.push(await render(field, item))
      return items
    }
    if (typeof value !== 'object' || value === null) return value
    const rendered: Record<string, Json> = {}
    for (const [name, item] of Object.entries(value)) rendered[name] = await render(`${field}.${name}`, item)
    return rendered
  }

  const args: Record<string, Json> = { ...task.args }
  for (const field of fields) args[field] = await render(field, task.args[field] ?? null)
  return args
}
