import { bash, empty, http, task } from 'millrace'
import { describe, expect, it } from 'vitest'
import { type AttemptWorld, runLast } from '../../support/attempts.ts'

/** Renders a template through the env of a bash task that does nothing. */
const render = async (template: string, world: AttemptWorld = {}): Promise<string> => {
  const { outcome, rendered } = await runLast(() => void bash('t', 'true', { env: { X: template } }), world)
  if (outcome.kind !== 'succeeded') throw new Error(outcome.kind === 'failed' ? outcome.error.message : outcome.kind)
  return (rendered as { env: { X: string } }).env.X
}

const world: AttemptWorld = {
  variables: { k: 'value', list: '[1,2]', api_token: 'abcdefgh' },
  connections: { db: 'postgres://me:s3cretpw@host:5433/base?sslmode=require' },
  xcoms: { a: 'from a', b: { n: [1, 2] }, big: { $xcom: 'big' } },
  context: { params: { x: { y: 7 } }, conf: { mode: 'full' }, tryNumber: 2 },
}

describe('variables', () => {
  it.each([
    ['{{ ds }} {{ ds_nodash }}', '2024-01-02 20240102'],
    ['{{ ts }} {{ ts_nodash }} {{ ts_nodash_with_tz }}', '2024-01-02T03:04:05+00:00 20240102T030405 20240102T030405+0000'],
    ['{{ logical_date }} {{ data_interval_end | ds }}', '2024-01-02T03:04:05+00:00 2024-01-03'],
    ["{{ logical_date | strftime('%d.%m.%y %H:%M') }}", '02.01.24 03:04'],
    ['{{ macros.ds_add(ds, -2) }}', '2023-12-31'],
    ["{{ macros.ds_format(ds, '%Y-%m-%d', '%j') }}", '002'],
    ['{{ run_id }} {{ dag.dag_id }} {{ task.task_id }} {{ ti.try_number }} {{ dag_run.run_id }}', 'scheduled__2024-01-03 d t 2 scheduled__2024-01-03'],
    ['{{ params.x.y }} {{ conf.mode }} {{ dag_run.conf.mode }}', '7 full full'],
    ["{{ var.value.k }} {{ var.value.get('k') }} {{ var.value['k'] }} {{ var.json.list[1] }}", 'value value value 2'],
    ['{{ conn.db.host }}:{{ conn.db.port }}/{{ conn.db.schema }} {{ conn.db.extra_dejson.sslmode }}', 'host:5433/base require'],
    ["{{ ti.xcom_pull(task_ids='a') }} {{ ti.xcom_pull('b').n[1] }} {{ ti.xcom_pull(task_ids=['a'], key='return_value')[0] }}", 'from a 2 from a'],
    ["{{ ti.xcom_pull(task_ids='big') }}", 'from the store'],
    ["{{ ti.xcom_pull(task_ids='a', key='other') is none }} {{ task_instance.xcom_pull(task_ids='x', default='else') }}", 'true else'],
    ["{% for n in ti.xcom_pull('b').n %}{{ n }};{% endfor %}{{ 'a-b'.replace('-', '+') }}", '1;2;a+b'],
    ['{{ prev_data_interval_start_success is none }}', 'true'],
    ['no template', 'no template'],
  ])('%s', async (template, text) => {
    expect(await render(template, world)).toBe(text)
  })
})

describe('what is wrong is said', () => {
  it.each<[string, AttemptWorld, string]>([
    ['{{ dss }}', {}, "field 'env.X': 'dss' is not defined; did you mean 'ds'?"],
    ['{{ params.nothing }}', {}, 'a name after a dot is not defined'],
    ['{{ ds }', {}, 'syntax error'],
    ['{{ ds | nodash }}', {}, 'unknown filter'],
    ["{{ logical_date.strftime('%Y') }}", {}, "write {{ logical_date | strftime('%Y-%m-%d') }}"],
    ["{{ '%s' % ds }}", {}, 'join texts with ~'],
    ['{{ ds }}', { context: { logicalDate: null } }, "this run has no logical date, so 'ds' is not defined: use run_id or dag_run.run_after"],
    ['{{ var.value.nothing }}', {}, "there is no variable 'nothing'"],
    ["{{ var.value.get('nothing') }}", {}, "there is no variable 'nothing'"],
    ['{{ conn.nothing.host }}', {}, "there is no connection 'nothing'"],
    ["{{ macros.ds_add('soon', 1) }}", {}, 'ds_add: "soon" is no date'],
    ['{{ ti.xcom_pull() }}', {}, "say of which task, as in ti.xcom_pull(task_ids='extract')"],
    ['{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}', {}, 'ran out of fuel'],
    ['{{ params.constructor }}', {}, 'not defined'],
  ])('%s', async (template, given, message) => {
    await expect(render(template, given)).rejects.toThrow(message)
    // And the engine still works.
    expect(await render('{{ ds }}')).toBe('2024-01-02')
  })
})

describe('fields', () => {
  it('only those that Airflow templates', async () => {
    const { rendered } = await runLast(() => void bash('t', 'echo {{ ds }}', { doc: '{{ ds }}', queue: '{{ ds }}', cwd: '/{{ "tmp" }}' }))
    expect(rendered).toEqual({ command: 'echo 2024-01-02', cwd: '/tmp' })
  })

  it('are reported without secrets', async () => {
    const { rendered, secrets, log } = await runLast(() => void bash('t', 'echo "{{ conn.db.password }} {{ var.value.api_token }} {{ conn.db.login }}"'), world)
    expect(rendered).toEqual({ command: 'echo "*** *** me"' })
    expect(secrets).toEqual(['s3cretpw', 'abcdefgh'].reverse())
    expect(log.join()).not.toMatch(/s3cretpw|abcdefgh/)
  })

  it('are none for tasks without', async () => {
    expect((await runLast(() => void task('t', () => 1))).rendered).toBeUndefined()
    expect((await runLast(() => void empty('t'))).rendered).toBeUndefined()
  })

  it('also deep inside', async () => {
    const { rendered } = await runLast(() => void http('t', { endpoint: 'http://127.0.0.1:1/{{ ds }}', data: { list: ['{{ ds }}', 3, null] } }))
    expect(rendered).toEqual({ endpoint: 'http://127.0.0.1:1/2024-01-02', data: { list: ['2024-01-02', 3, null] } })
  })
})
