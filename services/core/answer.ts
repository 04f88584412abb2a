import type { ErrorCode } from './errors.ts'

/** A command that was carried out may name the run it made, or tell what it touched (JSON); one that was refused says why. */
export type Answer = { readonly accepted: true; readonly runId: string | null; readonly result?: string } | Refusal

export interface Refusal {
  readonly accepted: false
  readonly code: ErrorCode
  readonly message: string
}

export const refused = (code: ErrorCode, message: string): Refusal => ({ accepted: false, code, message })

export const done: Answer = { accepted: true, runId: null }

export const told = (result: object): Answer => ({ accepted: true, runId: null, result: JSON.stringify(result) })

export const isRefusal = (value: object): value is Refusal => 'accepted' in value && value.accepted === false
