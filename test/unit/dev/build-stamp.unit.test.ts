import { describe, expect, it } from 'vitest'
import { hasLost, isSame } from '../../../services/dev/bootstrap/build.mjs'
import { isInstalled } from '../../../services/dev/bootstrap/packages.mjs'

describe('the stamp of a build', () => {
  const built = { 'services/a.ts': '1000 20', 'services/b.ts': '1001 7' }

  it('stands for the same files with the same times and sizes', () => {
    expect(isSame(built, { ...built })).toBe(true)
    expect(isSame(undefined, built)).toBe(false)
  })

  it('is stale after a change, a new file, and a file that is gone', () => {
    expect(isSame(built, { ...built, 'services/a.ts': '1002 20' })).toBe(false)
    expect(isSame(built, { ...built, 'services/c.ts': '1 1' })).toBe(false)
    expect(isSame(built, { 'services/a.ts': '1000 20' })).toBe(false)
  })

  it('knows that output was left behind by a file that is gone', () => {
    expect(hasLost(built, { 'services/a.ts': '1000 20', 'services/c.ts': '1 1' })).toBe(true)
    expect(hasLost(built, { ...built, 'services/c.ts': '1 1' })).toBe(false)
    expect(hasLost(undefined, built)).toBe(false)
  })
})

describe('installed packages', () => {
  const lock = {
    packages: {
      '': { version: '0.1.0' },
      'node_modules/pg': { version: '8.0.0', integrity: 'sha512-pg' },
      'node_modules/@esbuild/aix-ppc64': { version: '0.1.0', integrity: 'sha512-aix', optional: true },
    },
  }

  it('are the right ones when the lock is met; those of other platforms may be absent', () => {
    expect(isInstalled(lock, { packages: { 'node_modules/pg': { version: '8.0.0', integrity: 'sha512-pg' } } })).toBe(true)
  })

  it('are not when nothing is there, one is missing, or one is another', () => {
    expect(isInstalled(lock, undefined)).toBe(false)
    expect(isInstalled(lock, { packages: {} })).toBe(false)
    expect(isInstalled(lock, { packages: { 'node_modules/pg': { version: '8.1.0', integrity: 'sha512-pg' } } })).toBe(false)
    expect(isInstalled(lock, { packages: { 'node_modules/pg': { version: '8.0.0', integrity: 'sha512-other' } } })).toBe(false)
  })
})
