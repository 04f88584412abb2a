/**
 * MiniJinja, guarded. Its traps: a host function that throws leaves the environment unusable (so ours note the error and answer null, and it is
 * thrown after the rendering); keyword arguments arrive as a trailing Map; undefined names are errors without a name (so we find it).
 */
import { MillraceError } from '../../core/errors.ts'
import { didYouMean } from '../../core/normal-names.ts'
import { datedNames, dateFilters } from './variables.ts'

type MiniJinja = typeof import('minijinja-js')
type Environment = InstanceType<MiniJinja['Environment']>

export interface Renderer {
  /** Throws `template_failed`, or what a host function threw. */
  render(source: string, variables: Record<string, unknown>): string
}

/** Enough for any real template, not enough to hang a worker: about a tenth of a second. */
const fuel = 5_000_000

/** The engine is a WebAssembly module that takes some ms to load: only tasks with templates pay for it. */
export const makeRenderer = async (): Promise<Renderer> => {
  const { Environment } = await import('minijinja-js')
  let thrown: unknown = null
  const guarded =
    (call: (...given: unknown[]) => unknown) =>
    (...given: unknown[]): unknown => {
      if (thrown !== null) return null // The rendering is lost already: ask for nothing more.
      try {
        return call(...given)
      } catch (error) {
        thrown ??= error
        return null
      }
    }
  const open = (): Environment => {
    const made = new Environment()
    made.undefinedBehavior = 'strict'
    made.fuel = fuel
    made.enablePyCompat()
    for (const [name, filter] of Object.entries(dateFilters)) made.addFilter(name, guarded(filter as (...given: unknown[]) => unknown))
    return made
  }
  let environment = open()
  return {
    render(source, variables) {
      thrown = null
      let failure: unknown = null
      let text = ''
      try {
        text = environment.renderStr(source, guardAll(variables, guarded))
      } catch (error) {
        failure = error
        // After a panic the old one answers nothing but errors.
        environment = open()
      }
      if (thrown !== null)
        throw thrown instanceof Error && !(thrown instanceof MillraceError) && !('ask' in thrown) ? templateError(thrown.message, thrown) : thrown
      if (failure !== null) throw templateError(explained(source, variables, String(failure instanceof Error ? failure.message : failure)), failure)
      return text
    },
  }
}

const templateError = (message: string, cause: unknown): MillraceError => new MillraceError('template_failed', message, { cause })

const guardAll = (value: unknown, guarded: (call: (...given: unknown[]) => unknown) => unknown): unknown => {
  if (typeof value === 'function') return guarded(value as (...given: unknown[]) => unknown)
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, guardAll(item, guarded)]))
}

/** Names that a template may use without our giving them. */
const builtIn = new Set([
  'true',
  'false',
  'none',
  'True',
  'False',
  'None',
  'and',
  'or',
  'not',
  'in',
  'is',
  'if',
  'else',
  'loop',
  'range',
  'dict',
  'namespace',
  'self',
  'super',
  'debug',
])

/** The engine's words, with the name it leaves out and the remedy. */
const explained = (source: string, variables: Record<string, unknown>, said: string): string => {
  const reason = said.split('\n')[0]?.replaceAll(' (in <string>:1)', '').replaceAll('<string>:', 'line ') ?? said
  if (/has no method named (strftime|isoformat|format|add|date)/.test(said))
    return `${reason}: dates are texts in templates, write {{ logical_date | strftime('%Y-%m-%d') }}`
  if (/tried to use % operator/.test(said)) return `${reason}: join texts with ~, as in {{ ds ~ '.csv' }}`
  if (!said.includes('undefined value')) return reason
  const used = rootNames(source)
  const dated = used.find((name) => datedNames.includes(name) && !(name in variables))
  if (dated !== undefined) return `this run has no logical date, so '${dated}' is not defined: use run_id or dag_run.run_after`
  const unknown = used.find((name) => !(name in variables) && !builtIn.has(name))
  if (unknown !== undefined) return `'${unknown}' is not defined${didYouMean(unknown, Object.keys(variables))}`
  return `${reason}: in ${JSON.stringify(source.length > 200 ? `${source.slice(0, 197)}...` : source)} a name after a dot is not defined`
}

/** The names that stand first in the expressions of a template, but not those that it sets itself. */
const rootNames = (source: string): readonly string[] => {
  const own = new Set<string>()
  const names = new Set<string>()
  for (const [, inner = ''] of source.matchAll(/\{[{%]([\s\S]*?)[%}]\}/g)) {
    const code = inner.replaceAll(/'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"/g, ' ')
    for (const [, list = ''] of code.matchAll(/^-?\s*(?:for|set|macro)\s+([\w\s,]+)/g))
      for (const name of list.split(/\bin\b|[^\w]+/)) if (name !== '') own.add(name)
    const plain = code.replace(/^-?\s*(for|set|macro|if|elif|else|endfor|endif|endset|endmacro|with|endwith|filter|endfilter|raw|endraw|do)\b/, ' ')
    for (const [, before, name = ''] of plain.matchAll(/([.|]\s*)?\b([A-Za-z_]\w*)(?!\s*=[^=])/g)) if (before === undefined) names.add(name)
  }
  return [...names].filter((name) => !own.has(name))
}
