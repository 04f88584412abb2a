/** Colours of the pieces of a line of code. */
export const codeTones = { plain: '', comment: 'text-faint', string: 'text-[var(--state-success)]', keyword: 'text-accent' } as const
