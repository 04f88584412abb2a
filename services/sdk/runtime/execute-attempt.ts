import type { TaskError } from '../../../schemas/generated/records.ts'
import type { Json, JsonObject } from '../../core/dag.ts'
import { ensureError, MillraceError } from '../../core/errors.ts'
import { didYouMean } from '../../core/normal-names.ts'
import { triggerWord } from '../../core/trigger.ts'
import type { TaskContext } from '../context.ts'
import { runAttempt } from '../current-attempt.ts'
import { endingOf } from '../outcomes.ts'
import { type AnyFunction, taskParts } from '../task.ts'
import { renderArgs } from '../templates/render-args.ts'
import type { AttemptHost, AttemptInput, AttemptOutcome } from './attempt.ts'
import { builtInOperators } from './built-in-operators.ts'
import { makeContext } from './make-context.ts'
import { argsOfItems, type MappedItems, mappedItems } from './mapped-items.ts'
import type { Operator } from './operator-run.ts'
import { makeSecrets, type Secrets } from './secrets.ts'
import { makeUpstreamValues, resultLength, storeXComs, type UpstreamValues, xcomJson } from './xcom-values.ts'

/**
 * Runs one attempt of a task in this process and says how it ended; never rejects. A task that ignores `host.signal` goes on until its process is
 * killed: that is the worker's part.
 */
export const executeAttempt = async (input: AttemptInput, host: AttemptHost): Promise<AttemptOutcome> => {
  const secrets = makeSecrets((secret) => host.maskSecret(secret))
  try {
    return await execute(input, host, secrets)
  } catch (thrown) {
    return outcomeOf(thrown, host, secrets)
  }
}

const execute = async (input: AttemptInput, host: AttemptHost, secrets: Secrets): Promise<AttemptOutcome> => {
  const { task } = input
  host.signal.throwIfAborted()
  const code = codeOf(input)
  const operator: Operator | undefined = builtInOperators.get(task.operator)
  if (operator === undefined)
    throw new MillraceError(
      'bad_dag',
      `task '${task.taskId}': this worker knows no operator '${task.operator}'${didYouMean(task.operator, [...builtInOperators.keys()])}`,
    )
  const values = makeUpstreamValues(input.xcoms, host.xcomStore, input.context)
  const items = await mappedItems(input.context, values)
  const { context, pushed, extras } = makeContext(input, host, values, { ...items, ...(await inputsOf(input, values, items)) }, secrets)
  const args = await renderedArgs(input, host, values, context, items, secrets)

  let chosen: readonly string[] | null = null
  const choose = (ids: readonly string[]): void => {
    chosen = ids
  }
  const result = await runAttempt(context, () => operator({ task, args, code, context, facts: input.context, choose, host, dag: input.dag }))
  const left = new Map(pushed)
  // Each instance of a mapped task that succeeds has its place in the list that others get.
  const json = xcomJson('the return value', input.context.mapIndex >= 0 ? (result ?? null) : result)
  if (json !== undefined) left.set('return_value', json)
  return {
    kind: 'succeeded',
    xcoms: await storeXComs(left, host.xcomStore),
    chosen,
    resultLength: resultLength(json, result),
    outlets: extras.events().map(({ uri, extra }) => ({ uri, extra: secrets.mask(extra) })),
  }
}

/** The arguments as the operator gets them; tells the host of the template fields and of the name of a mapped instance. */
const renderedArgs = async (
  { task, context: facts }: AttemptInput,
  host: AttemptHost,
  values: UpstreamValues,
  context: TaskContext,
  items: MappedItems,
  secrets: Secrets,
): Promise<JsonObject> => {
  const source = {
    connection: context.connection,
    variable: context.variable,
    xcom: (taskId: string, key: string) => values.get(taskId, key),
    inputs: context.inputs,
  }
  const own = argsOfItems(task, facts.map, items)
  const rendered = await renderArgs({ ...task, args: { ...task.args, ...own.templates } }, facts, source)
  // What other tasks left is data: it is never read as a template.
  const args = { ...rendered, ...own.data }
  const shown: Record<string, Json> = {}
  for (const field of task.templateFields) if (Object.hasOwn(args, field)) shown[field] = args[field] ?? null
  if (facts.mapIndex >= 0 && task.mapIndexTemplate !== null) {
    const name = await renderArgs({ ...task, args: { mapIndexTemplate: task.mapIndexTemplate }, templateFields: ['mapIndexTemplate'] }, facts, source)
    shown.map_index = String(name.mapIndexTemplate).slice(0, maxIndexName)
    host.log('info', secrets.mask(`map index ${facts.mapIndex} is ${shown.map_index}`))
  }
  if (task.templateFields.length > 0 || shown.map_index !== undefined) host.rendered(secrets.mask(JSON.stringify(shown)))
  return args
}

const maxIndexName = 250

/** The functions that the task's file gave it. */
const codeOf = ({ task, dag, context }: AttemptInput): Readonly<Record<string, AnyFunction>> => {
  if (!task.needsCode) return {}
  if (dag === null)
    throw new MillraceError(
      'bad_dag',
      `task '${task.taskId}' runs code of its DAG file, but the attempt came without: dag '${context.dagId}' was published without its bundle`,
    )
  const found = dag.task(task.taskId)
  if (found === undefined)
    throw new MillraceError('task_not_found', `the code of dag '${dag.dagId}' has no task '${task.taskId}'${didYouMean(task.taskId, dag.taskIds)}`)
  return found[taskParts].code
}

const inputsOf = async ({ task, dag }: AttemptInput, values: UpstreamValues, items: MappedItems): Promise<Readonly<Record<string, unknown>>> => {
  const inputs: Record<string, unknown> = {}
  for (const [name, taskId] of Object.entries(task.inputs)) {
    // A task that returned nothing left no XCom: its result is undefined, as its type says.
    inputs[name] = values.has(taskId, 'return_value') ? await values.get(taskId, 'return_value') : undefined
  }
  // Items of a mapped group under the names that the task has for them.
  for (const [name, item] of Object.entries(dag?.task(task.taskId)?.[taskParts].items ?? {})) inputs[name] = items[item]
  return inputs
}

const outcomeOf = (thrown: unknown, host: AttemptHost, secrets: Secrets): AttemptOutcome => {
  const error = ensureError(thrown)
  const ending = endingOf(thrown)
  if (ending?.kind === 'skip') {
    host.log('info', secrets.mask(`skipped: ${error.message}`))
    return { kind: 'skipped', message: secrets.mask(error.message) }
  }
  if (ending?.kind === 'reschedule') return { kind: 'rescheduled', nextPokeAt: ending.nextPokeAt }
  if (ending?.kind === 'defer') return deferredOf(ending, host, secrets)
  const taskError = host.signal.aborted ? abortedError(host.signal) : describe(error, secrets)
  host.log('error', taskError.stack ?? `${taskError.type}: ${taskError.message}`)
  return { kind: 'failed', error: taskError, retryable: ending?.kind !== 'fail' }
}

/** What a trigger gets travels through topics that others may read: a secret must not. */
const deferredOf = (
  { trigger, wait }: Extract<NonNullable<ReturnType<typeof endingOf>>, { kind: 'defer' }>,
  host: AttemptHost,
  secrets: Secrets,
): AttemptOutcome => {
  try {
    const texts = { trigger: JSON.stringify(trigger), state: xcomJson('the state of defer', wait.state) ?? null }
    if (secrets.mask(texts.trigger) !== texts.trigger || (texts.state !== null && secrets.mask(texts.state) !== texts.state))
      throw new MillraceError(
        'bad_option',
        'defer: a secret of a connection or variable stands in what is handed over: hand over the id of the connection, the trigger can ask for it',
      )
    host.log('info', `deferred: waits for ${triggerWord(trigger)}`)
    return { kind: 'deferred', ...texts, method: wait.method, timeoutAt: wait.timeoutAt }
  } catch (thrown) {
    return outcomeOf(thrown, host, secrets)
  }
}

const abortedError = (signal: AbortSignal): TaskError => ({ type: 'cancelled', message: `the attempt was stopped: ${reasonOf(signal)}`, stack: null })

const reasonOf = (signal: AbortSignal): string => (signal.reason instanceof Error ? signal.reason.message : String(signal.reason))

const maxMessage = 8_000
const maxStack = 16_000

/** The error as data: secrets masked, its causes appended, cut to what fits a record. */
const describe = (error: Error, secrets: Secrets): TaskError => ({
  type: error instanceof MillraceError ? error.code : error.name || 'Error',
  message: cut(secrets.mask(error.message), maxMessage),
  stack: cut(secrets.mask(stackOf(error)), maxStack),
})

const stackOf = (error: Error): string => {
  const texts: string[] = []
  for (let at: unknown = error; at instanceof Error && texts.length < 5; at = at.cause) texts.push(at.stack ?? `${at.name}: ${at.message}`)
  return texts.join('\nCaused by: ')
}

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length)}... (${text.length - length} characters more)`)
