/** What triggers may ask of their triggerer: connections and variables, noted as secrets before they are handed out. */
import { findByName } from '../holder/find-by-name.ts'
import { makeMasker } from '../holder/mask.ts'
import type { TaskEnvironment } from '../holder/task-environment.ts'
import { type AskSetting, namedSettings } from '../sdk/runtime/named-settings.ts'
import type { TriggerHost } from '../sdk/runtime/run-trigger.ts'

export interface TriggerHosts {
  mask(text: string): string
  /** Notes a secret that a trigger of the other process was handed. */
  addSecret(secret: string): void
  /** As text, unread: for the process beside us. */
  ask(what: 'connection' | 'variable', key: string): string | null
  host(signal: AbortSignal, log: TriggerHost['log']): TriggerHost
}

export const makeTriggerHosts = ({ connections, variables }: TaskEnvironment): TriggerHosts => {
  const masker = makeMasker()
  const ask = (what: 'connection' | 'variable', key: string): string | null => findByName(what === 'connection' ? connections : variables, key)
  return {
    mask: masker.mask,
    addSecret: masker.add,
    ask,
    host: (signal, log) => ({
      ...hostOf(async (what, key) => ask(what, key), masker.add),
      log: (level, text) => log(level, masker.mask(text)),
      signal,
    }),
  }
}

/** Connections and variables, wherever they come from. */
export const hostOf = (ask: AskSetting, addSecret: (secret: string) => void): ReturnType<typeof namedSettings> =>
  namedSettings(ask, addSecret, ' on the triggerer')
