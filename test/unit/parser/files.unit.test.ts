import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { isDagFile, isHiddenFolder, readIgnores } from '../../../services/parser/dag-files.ts'
import { joinFaults } from '../../../services/parser/import-fault.ts'
import { dagFolders } from '../../../services/parser/watch-folders.ts'

const nothing = (): boolean => false

describe('DAG files', () => {
  it.each([
    ['a.ts', true],
    ['team/b.js', true],
    ['c.mjs', true],
    ['data.yaml', true],
    ['data.yml', true],
    ['data.json', true],
    ['_config.yaml', false],
    ['d.py', false],
    ['e.d.ts', false],
    ['_shared.ts', false],
    ['.hidden.ts', false],
    ['_lib/f.ts', false],
    ['.git/g.ts', false],
    ['node_modules/x/index.js', false],
    ['team/node_modules/x/index.js', false],
  ])('%s: %s', (path, expected) => {
    expect(isDagFile(path, nothing)).toBe(expected)
  })

  it('are looked for in every folder but hidden ones', () => {
    expect(['', '.', '_lib', 'team', '.millraceignore'].map(isHiddenFolder)).toEqual([false, false, false, false, false])
    expect(['.git', 'node_modules', 'a/.b/c'].map(isHiddenFolder)).toEqual([true, true, true])
  })

  it.each([
    ['draft.ts', 'draft.ts', true],
    ['draft.ts', 'team/draft.ts', true],
    ['/draft.ts', 'draft.ts', true],
    ['*.test.ts', 'team/a.test.ts', true],
    ['*.test.ts', 'team/a.ts', false],
    ['old/', 'old/a.ts', true],
    ['old/', 'team/old/a.ts', true],
    ['old/', 'older/a.ts', false],
    ['team/*.ts', 'team/a.ts', true],
    ['team/*.ts', 'team/b/a.ts', false],
    ['team/**/a.ts', 'team/b/c/a.ts', true],
    ['# a.ts', 'a.ts', false],
    ['a?.ts', 'ab.ts', true],
    ['a+b.ts', 'a+b.ts', true],
    ['*.ts\n!keep.ts', 'keep.ts', false],
  ])('.millraceignore %j on %s: %s', (text, path, expected) => {
    expect(readIgnores(text)(path)).toBe(expected)
    expect(isDagFile(path, readIgnores(text))).toBe(!expected)
  })
})

describe('several faults of a file', () => {
  it('are one, with the first place', () => {
    const fault = (message: string, line: number | null) => ({ message, line, column: line, stack: null })
    expect(joinFaults([])).toBeNull()
    expect(joinFaults([fault('a', 3)])).toEqual(fault('a', 3))
    expect(joinFaults([fault('a', null), fault('b', 7)])).toEqual({ message: 'a\nline 7: b', line: 7, column: 7, stack: null })
  })
})

describe('DAG folders', () => {
  it('are absolute, each once, with names that differ', () => {
    const root = realpathSync(mkdtempSync(join(tmpdir(), 'millrace-folders-')))
    try {
      for (const folder of ['a/dags', 'b/dags']) mkdirSync(join(root, folder), { recursive: true })
      writeFileSync(join(root, 'file'), '')
      expect(dagFolders([join(root, 'a/dags'), join(root, 'b/dags'), join(root, 'a/../a/dags')])).toEqual([
        { path: join(root, 'a/dags'), name: 'dags' },
        { path: join(root, 'b/dags'), name: 'dags-2' },
      ])
      expect(() => dagFolders([join(root, 'c')])).toThrow(
        expect.objectContaining({ code: 'bad_config', message: expect.stringContaining('is not there: make it, or correct MILLRACE_DAGS') }),
      )
      expect(() => dagFolders([join(root, 'file')])).toThrow(expect.objectContaining({ code: 'bad_config', message: expect.stringContaining('is no folder') }))
    } finally {
      rmSync(root, { recursive: true })
    }
  })
})
