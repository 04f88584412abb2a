import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const css = readFileSync(new URL('../../../services/ui/src/styles/tokens.css', import.meta.url), 'utf8')

const tokens = (selector: string): ReadonlyMap<string, string> => {
  const from = css.indexOf(selector)
  const block = css.slice(from, css.indexOf('}', from))
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]))
}

const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const contrast = (a: string, b: string): number => {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x)
  return (light + 0.05) / (dark + 0.05)
}

const surfaces = ['canvas', 'surface', 'raised', 'hover', 'selected']
const words = ['ink', 'ink-soft', 'accent', 'text-failed', 'text-warning']
const marks = ['success', 'running', 'queued', 'scheduled', 'retry', 'waiting', 'failed', 'skipped', 'removed'].map((state) => `state-${state}`)

describe.each([
  ['light', ':root {'],
  ['dark', ":root[data-theme='dark'] {"],
])('%s theme', (_, selector) => {
  const theme = tokens(selector)
  const of = (name: string): string => {
    const value = theme.get(name)
    if (value === undefined) throw new Error(`tokens.css has no --${name} in ${selector}`)
    return value
  }
  it.each(words.flatMap((word) => surfaces.map((surface) => [word, surface] as const)))('%s on %s reads (4.5:1)', (word, surface) => {
    expect(contrast(of(word), of(surface))).toBeGreaterThanOrEqual(4.5)
  })
  it.each(['canvas', 'surface', 'raised'])('the faintest text on %s reads (4.5:1)', (surface) => {
    expect(contrast(of('ink-faint'), of(surface))).toBeGreaterThanOrEqual(4.5)
  })
  it.each(marks.flatMap((mark) => ['canvas', 'raised', 'selected'].map((surface) => [mark, surface] as const)))(
    '%s on %s is seen (3:1 where it tells a state)',
    (mark, surface) => {
      expect(contrast(of(mark), of(surface))).toBeGreaterThanOrEqual(mark === 'state-removed' ? 2.5 : 3)
    },
  )
  it('failures read on their own tint', () => {
    expect(contrast(of('text-failed'), of('tint-failed'))).toBeGreaterThanOrEqual(4.5)
    expect(contrast(of('text-warning'), of('tint-warning'))).toBeGreaterThanOrEqual(4.5)
  })
})
