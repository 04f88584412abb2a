/** Secrets are replaced by `***` wherever they stand in a text: as they are, URL-encoded, form-encoded and inside JSON. */
export interface Masker {
  /** From now on. Values under three characters are not masked: they would make every text unreadable. */
  add(secret: string): void
  mask(text: string): string
}

const minLength = 3

export const makeMasker = (): Masker => {
  const forms = new Set<string>()
  let pattern: RegExp | null = null
  return {
    add(secret) {
      const before = forms.size
      for (const form of formsOf(secret)) if (form.length >= minLength) forms.add(form)
      // Longest first: a secret that begins with another one must not leave its end behind.
      if (forms.size > before)
        pattern = new RegExp(
          [...forms]
            .sort((a, b) => b.length - a.length)
            .map(escapeRegExp)
            .join('|'),
          'g',
        )
    },
    mask: (text) => (pattern === null ? text : text.replace(pattern, '***')),
  }
}

const formsOf = (secret: string): string[] => {
  const forms = [secret, encoded(secret), encoded(secret).replaceAll('%20', '+'), JSON.stringify(secret).slice(1, -1)]
  // A log is masked line by line: a key of several lines shows up as its lines.
  if (secret.includes('\n')) for (const line of secret.split(/\r?\n/)) if (line.trim().length >= 8) forms.push(line.trim())
  return forms
}

const encoded = (secret: string): string => {
  try {
    return encodeURIComponent(secret)
  } catch {
    return secret // a lone surrogate cannot be URL-encoded, and so cannot turn up in that form
  }
}

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
