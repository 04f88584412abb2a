export interface Secrets {
  add(secret: string): void
  /** The text with every secret in it replaced by `***`: also as it stands inside JSON and in a URL. */
  mask(text: string): string
}

/** Shorter ones would mask half of every log. The worker draws the same line. */
const minLength = 3

export const makeSecrets = (onAdded: (secret: string) => void = () => {}): Secrets => {
  const known = new Set<string>()
  let pattern: RegExp | null = null
  return {
    add(secret) {
      if (secret.length < minLength || known.has(secret)) return
      for (const form of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]) known.add(form)
      // Longest first: a secret that begins with another one is masked whole.
      const forms = [...known].sort((a, b) => b.length - a.length)
      pattern = new RegExp(forms.map((form) => form.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g')
      onAdded(secret)
    },
    mask: (text) => (pattern === null ? text : text.replaceAll(pattern, '***')),
  }
}
