/** What a task may ask of its process (sdk AttemptHost): secrets are noted before they are handed out. */
import type { Masker } from '../../holder/mask.ts'
import type { AttemptHost } from '../../sdk/runtime/attempt.ts'
import { namedSettings } from '../../sdk/runtime/named-settings.ts'
import type { Ask } from '../child-messages.ts'
import type { ControlLines } from './control-lines.ts'
import type { XComStore } from './xcom-folder.ts'

export interface HostParts {
  readonly lines: ControlLines
  readonly masker: Masker
  readonly xcomStore: XComStore
  /** Asks the worker; null: there is none. */
  readonly ask: (what: Ask['what'], key: string) => Promise<string | null>
}

export const makeAttemptHost = (parts: HostParts, signal: AbortSignal, onRendered: (json: string) => void): AttemptHost => {
  const { lines, masker, xcomStore, ask } = parts
  const maskSecret = (value: string): void => {
    if (value === '') return
    masker.add(value)
    lines.secret(value)
  }
  return {
    ...namedSettings(ask, maskSecret, ' on the worker'),
    log: (level, text) => lines.log(level === 'warn' ? 'warning' : level, text),
    rendered: (json) => onRendered(masker.mask(json)),
    signal,
    xcomStore,
    triggerRun: async (command) => JSON.parse((await ask('trigger_run', JSON.stringify(command))) ?? 'null'),
    runEnd: async (run) => JSON.parse((await ask('run_end', JSON.stringify(run))) ?? 'null'),
  }
}
