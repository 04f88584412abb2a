/** `millrace schedule preview`: what the scheduler would make, without a server (SEMANTICS 4). */
import { describe, expect, test } from 'vitest'
import { runCli } from '../../support/run-cli.ts'

const preview = async (...args: readonly string[]): Promise<string[]> => {
  const { out, asked } = await runCli(['schedule', 'preview', ...args, '--json'])
  expect(asked).toEqual([])
  return (JSON.parse(out) as Record<string, string>[]).map((run) => {
    const [logical, start, end, after] = ['logical_date', 'data_interval_start', 'data_interval_end', 'run_after'].map((name) =>
      String(run[name]).replace(/:00\.000Z$/, ''),
    )
    return `${logical} [${start}, ${end}) ${after}`
  })
}

describe('millrace schedule preview', () => {
  test('catchup: every complete interval, oldest first; endDate is inclusive', async () => {
    const day = ['--schedule', '@daily', '--start', '2026-01-01', '--catchup']
    expect(await preview(...day, '--now', '2026-01-03T12:00:00Z')).toEqual([
      '2026-01-01T00:00 [2026-01-01T00:00, 2026-01-02T00:00) 2026-01-02T00:00',
      '2026-01-02T00:00 [2026-01-02T00:00, 2026-01-03T00:00) 2026-01-03T00:00',
    ])
    expect(await preview(...day, '--end', '2026-01-02', '--now', '2026-02-01')).toHaveLength(2)
    expect(await preview(...day, '--now', '2026-02-01', '--count', '3')).toHaveLength(3)
    expect(await preview(...day, '--now', '2026-01-01T23:59:00Z')).toEqual([])
  })

  test('without catchup only the latest complete interval', async () => {
    expect(await preview('--schedule', '0 9 * * *', '--start', '2022-01-01', '--now', '2026-01-03T12:00:00Z')).toEqual([
      '2026-01-02T09:00 [2026-01-02T09:00, 2026-01-03T09:00) 2026-01-03T09:00',
    ])
  })

  test('trigger: a run stands for its moment', async () => {
    expect(await preview('--schedule', '0 9 * * *', '--start', '2026-01-02', '--now', '2026-01-03T09:00:00Z', '--trigger', '--catchup')).toEqual([
      '2026-01-02T09:00 [2026-01-02T09:00, 2026-01-02T09:00) 2026-01-02T09:00',
      '2026-01-03T09:00 [2026-01-03T09:00, 2026-01-03T09:00) 2026-01-03T09:00',
    ])
  })

  test('time zone: dates without an offset are its own, and days are its days', async () => {
    const args = ['--schedule', '0 0 * * *', '--timezone', 'Europe/Berlin', '--start', '2026-03-28', '--catchup', '--now', '2026-03-31']
    expect(await preview(...args)).toEqual([
      '2026-03-27T23:00 [2026-03-27T23:00, 2026-03-28T23:00) 2026-03-28T23:00',
      '2026-03-28T23:00 [2026-03-28T23:00, 2026-03-29T22:00) 2026-03-29T22:00',
      '2026-03-29T22:00 [2026-03-29T22:00, 2026-03-30T22:00) 2026-03-30T22:00',
    ])
  })

  test('durations, lists of crons, dates, once, none, continuous', async () => {
    const from = ['--start', '2026-01-01', '--catchup', '--now', '2026-01-01T01:00:00Z']
    expect(await preview('--schedule', '20m', ...from)).toHaveLength(3)
    expect(await preview('--schedule', '["0 * * * *","30 * * * *"]', ...from)).toHaveLength(2)
    expect(await preview('--schedule', '["2026-01-01T00:10:00Z","2026-01-01T00:20:00Z"]', ...from)).toHaveLength(2)
    expect(await preview('--schedule', '@once', ...from)).toHaveLength(1)
    expect(await preview('--schedule', '@continuous', ...from)).toHaveLength(1)
    expect(await preview('--schedule', 'null', ...from)).toEqual([])
  })

  test('as a table', async () => {
    const { out } = await runCli(['schedule', 'preview', '--schedule', '@daily', '--start', '2026-01-01', '--now', '2026-01-02'])
    expect(out.split('\n')).toEqual([
      'LOGICAL DATE          INTERVAL START        INTERVAL END          RUN AFTER',
      '2026-01-01T00:00:00Z  2026-01-01T00:00:00Z  2026-01-02T00:00:00Z  2026-01-02T00:00:00Z',
    ])
  })

  test.each([
    [['--schedule', '* * * * * *', '--start', '2026-01-01'], 'bad_cron', /6 fields/],
    [['--schedule', '@dayly', '--start', '2026-01-01'], 'bad_cron', /no preset/],
    [['--schedule', '[', '--start', '2026-01-01'], 'bad_cron', /no JSON list/],
    [['--schedule', '@daily', '--start', '2026-02-30'], 'bad_option', /--start/],
    [['--schedule', '@daily', '--start', '2026-01-02', '--end', '2026-01-01'], 'bad_option', /--end lies before/],
    [['--schedule', '@daily', '--start', '2026-01-01', '--timezone', 'Europe/Berlinn'], 'bad_zone', /no time zone/],
  ])('%s is refused', async (args, code, message) => {
    await expect(runCli(['schedule', 'preview', ...args])).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })
})
