import type { ErrorCode } from './errors.ts'

/** A command that was carried out may name the run it made; one that was refused says why. */
export type Answer =
  | { readonly accepted: true; readonly runId: string | null }
  | { readonly accepted: false; readonly code: ErrorCode; readonly message: string }

export const refused = (code: ErrorCode, message: string): Answer => ({ accepted: false, code, message })
