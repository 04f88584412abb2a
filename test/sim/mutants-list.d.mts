export interface Mutant {
  readonly rule: string
  readonly preset?: string
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[]
}
export const mutants: readonly Mutant[]
