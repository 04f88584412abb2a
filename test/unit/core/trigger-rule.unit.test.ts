import { describe, expect, it } from 'vitest'
import { type TriggerRule, triggerRules } from '../../../services/core/dag.ts'
import { type UpstreamCounts, type Verdict, verdictOf } from '../../../services/core/trigger-rule.ts'

/** `SSF-` = two succeeded, one failed, one not finished. S, F, U(pstream failed), K (skipped), R(emoved), - unfinished. */
const counts = (text: string): UpstreamCounts => {
  const count = (letter: string): number => text.split(letter).length - 1
  return { total: text.length, success: count('S'), failed: count('F'), upstreamFailed: count('U'), skipped: count('K'), removed: count('R') }
}

const table: Record<TriggerRule, Record<string, Verdict>> = {
  all_success: {
    '': 'run',
    S: 'run',
    SS: 'run',
    'S-': 'wait',
    '-F': 'upstream_failed',
    '-U': 'upstream_failed',
    'K-': 'skipped',
    FK: 'upstream_failed',
    SR: 'run',
  },
  all_failed: { '': 'run', F: 'run', FU: 'run', 'F-': 'wait', 'S-': 'skipped', 'K-': 'skipped', FR: 'run' },
  all_done: { '': 'run', SFUKR: 'run', 'S-': 'wait', F: 'run', '-': 'wait' },
  all_done_min_one_success: { S: 'run', SF: 'run', 'S-': 'wait', F: 'upstream_failed', FU: 'upstream_failed', '-K': 'skipped', SK: 'skipped' },
  all_skipped: { K: 'run', KK: 'run', 'K-': 'wait', 'S-': 'skipped', 'F-': 'skipped', 'U-': 'skipped' },
  one_success: { 'S-': 'run', 'F-': 'wait', FS: 'run', FK: 'upstream_failed', KK: 'skipped', FF: 'upstream_failed', '-': 'wait' },
  one_failed: { 'F-': 'run', 'U-': 'run', 'S-': 'wait', SS: 'skipped', SK: 'skipped' },
  one_done: { 'S-': 'run', 'F-': 'run', 'K-': 'wait', 'U-': 'wait', KK: 'skipped', UK: 'skipped' },
  none_failed: { S: 'run', SK: 'run', KK: 'run', 'K-': 'wait', 'F-': 'upstream_failed', 'U-': 'upstream_failed', SR: 'run' },
  none_failed_min_one_success: { SK: 'run', 'S-': 'wait', KK: 'skipped', 'F-': 'upstream_failed', KR: 'upstream_failed', SS: 'run' },
  none_skipped: { SF: 'run', 'S-': 'wait', 'K-': 'skipped', FU: 'run' },
  always: { '-': 'run', F: 'run', '': 'run', K: 'run' },
  all_done_setup_success: { SF: 'run', '-S': 'wait' },
}

describe('SEMANTICS 2: trigger rules', () => {
  it('has a line for every rule', () => expect(Object.keys(table).sort()).toEqual([...triggerRules].sort()))
  for (const [rule, cases] of Object.entries(table))
    for (const [upstreams, verdict] of Object.entries(cases))
      it(`${rule} over [${upstreams}] is ${verdict}`, () => expect(verdictOf(rule as TriggerRule, counts(upstreams))).toBe(verdict))
})

describe('SEMANTICS 2: beside the counts', () => {
  it('all_success: R > 0, S > 0 and own map_index >= S is removed, for mapped ones only', () => {
    expect([-1, 0, 1, 2].map((mapIndex) => verdictOf('all_success', counts('SR-'), { mapIndex }))).toEqual(['wait', 'wait', 'removed', 'removed'])
    expect(verdictOf('all_success', counts('RR'), { mapIndex: 1 })).toBe('run')
    expect(verdictOf('all_success', counts('SRK'), { mapIndex: 1 })).toBe('skipped')
  })
  it('all_done_setup_success: a direct setup succeeded, or there is none', () => {
    const of = (upstreams: string, setups: string) => verdictOf('all_done_setup_success', counts(upstreams), { directSetups: counts(setups) })
    expect(of('SF', 'S')).toBe('run')
    expect(of('S-', 'S')).toBe('wait')
    expect(of('SF', 'F')).toBe('upstream_failed')
    expect(of('SK', 'K')).toBe('skipped')
    expect(of('SK', 'KF')).toBe('upstream_failed')
    expect(of('SFK', 'SFK')).toBe('run')
    expect(of('FF', '')).toBe('run')
  })
})
