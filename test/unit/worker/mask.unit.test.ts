import { expect, it } from 'vitest'
import { makeMasker } from '../../../services/holder/mask.ts'

const masked = (secrets: readonly string[], text: string): string => {
  const masker = makeMasker()
  for (const secret of secrets) masker.add(secret)
  return masker.mask(text)
}

it('masks a secret inside longer text, every time', () => {
  expect(masked(['s3cret'], 'xs3cretx s3cret')).toBe('x***x ***')
})

it('masks the URL-encoded, form-encoded and JSON forms', () => {
  const secret = 'p@ss wörd/"1"'
  expect(masked([secret], `postgres://u:${encodeURIComponent(secret)}@h`)).toBe('postgres://u:***@h')
  expect(masked([secret], `a=${encodeURIComponent(secret).replaceAll('%20', '+')}`)).toBe('a=***')
  expect(masked([secret], JSON.stringify({ secret }))).toBe('{"secret":"***"}')
})

it('masks the longer one of two secrets that begin alike', () => {
  expect(masked(['abcd', 'abcdef'], 'abcdef abcd')).toBe('*** ***')
})

it('masks each line of a secret of several lines', () => {
  expect(masked(['-----BEGIN KEY-----\nMIIEvQIBADANBg\n'], 'MIIEvQIBADANBg')).toBe('***')
})

it('takes secrets literally, and leaves text alone when there is nothing to mask', () => {
  expect(masked(['a.c*'], 'abcc a.c*')).toBe('abcc ***')
  expect(masked([], 'text')).toBe('text')
  expect(masked(['', 'ab', '\ud800xy'], 'ab')).toBe('ab')
})
