import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const test = fileURLToPath(new URL('../../', import.meta.url))
const map = readFileSync(fileURLToPath(new URL('semantics-map.md', import.meta.url)), 'utf8')
const lines = map.split('\n').flatMap((line) => {
  const [, sentence, place] = /^\| (\S.*?) +\| (\S.*?) +\|$/.exec(line) ?? []
  return sentence && place && place !== 'test' && !place.startsWith('---') ? [{ sentence, place }] : []
})

describe('the map from sentences to tests', () => {
  it('covers its sections', () => expect(map.match(/^## \d/gm)).toEqual(['## 1', '## 2', '## 3', '## 4', '## 5', '## 6', '## 7', '## 8', '## 9']))
  for (const { sentence, place } of lines)
    it(sentence, () => {
      const [path = '', title] = place.split(' › ')
      expect(existsSync(`${test}${path}`), path).toBe(true)
      if (title !== undefined) expect(readFileSync(`${test}${path}`, 'utf8').replaceAll("\\'", "'")).toContain(title)
    })
})
