// A tiny stand-in for services/api: serves dist/ui and invented rows in the OpenAPI shapes, and plays triggered runs over SSE.
// node test/support/ui-fixture-server.mjs [port]; as a module: startFixtureServer(port).
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { answerChange } from './ui-fixture-changes.mjs'
import { dagBody, dagDetails, gridBody, instanceBody, logLine, runBar, runBody, structureBody } from './ui-fixture-data.mjs'
import { answerDatasets, makeDatasets } from './ui-fixture-datasets.mjs'
import { makeModel } from './ui-fixture-model.mjs'
import { answerBackfills, fixtureDiff, fixtureVersions, makeBackfills } from './ui-fixture-pages.mjs'
import { answerSystem, fixtureGroups, fixtureNextRuns, makePools } from './ui-fixture-system.mjs'

const built = fileURLToPath(new URL('../../dist/ui', import.meta.url))
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.woff2': 'font/woff2' }
const policy = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"

/** Starts it on 127.0.0.1; `drop()` cuts every live stream, as a lost connection does. */
export const startFixtureServer = async (port = 0, dist = built) => {
  const model = makeModel(Date.now())
  const backfills = makeBackfills(Date.now())
  const datasets = makeDatasets(model, Date.now())
  const pools = makePools()
  const streams = new Set()
  let eventId = 0
  const send = (name, data) => {
    eventId += 1
    for (const stream of streams) stream.write(`id: ${eventId}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const lag = setInterval(() => send('lag', { lag_seconds: 0.2 }), 1000)

  const sendTask = (dag, run, id) => {
    const { rendered_fields: _, ...row } = instanceBody(dag, run, id)
    send('task', { ...row, at: new Date().toISOString() })
  }
  const sendRun = (dag, run) => send('run', { ...runBody(dag, run), at: new Date().toISOString(), version: 'a3f9c1' })
  const sendDag = (dag) => send('dag', { ...dagBody(dag), event_number: dag.n, at: new Date().toISOString(), version: 'a3f9c1' })

  const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
  const play = async (dag, run, ids = dag.ids) => {
    await pause(300)
    Object.assign(run, { state: 'running', start: Date.now(), end: null, n: run.n + 1 })
    sendRun(dag, run)
    for (const id of ids) {
      for (const state of ['scheduled', 'queued', 'running', 'success']) {
        const row = run.rows[id]
        Object.assign(row, { state, try_number: state === 'running' ? row.try_number + 1 : row.try_number, event_number: row.event_number + 1 })
        if (state === 'running') row.start = Date.now()
        if (state === 'success') row.end = Date.now()
        sendTask(dag, run, id)
        await pause(state === 'running' ? 500 : 60)
      }
    }
    Object.assign(run, { state: 'success', end: Date.now(), n: run.n + 1 })
    sendRun(dag, run)
  }
  const trigger = (dag, conf) => {
    const now = Date.now()
    const rows = Object.fromEntries(dag.ids.map((id) => [id, { state: null, try_number: 0, start: null, end: null, event_number: 0 }]))
    const run = {
      id: `manual__${new Date(now).toISOString().replace('Z', '+00:00')}`,
      type: 'manual',
      state: 'queued',
      runAfter: now,
      start: null,
      end: null,
      n: 1,
      conf,
      rows,
    }
    dag.runs.unshift(run)
    sendRun(dag, run)
    void play(dag, run)
    return run
  }

  const streamLog = (response, from) => {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
    const total = 400
    let next = Math.max(from, 0)
    const write = (count) => {
      const lines = Array.from({ length: Math.min(count, total - next) }, (_, n) => logLine(next + n))
      next += lines.length
      if (lines.length > 0) response.write(`id: ${next - 1}\nevent: lines\ndata: ${JSON.stringify({ lines })}\n\n`)
      if (next >= total) response.end(`event: end\ndata: ${JSON.stringify({ lines: total })}\n\n`)
      return next >= total
    }
    if (write(200)) return
    const timer = setInterval(() => write(4) && clearInterval(timer), 150)
    response.on('close', () => clearInterval(timer))
  }

  const problem = (status, code, detail) => ({ status, body: { code, detail } })

  const answer = (method, url, body) => {
    const [root, ...parts] = url.pathname.split('/').filter(Boolean).map(decodeURIComponent)
    const query = url.searchParams
    const path = root === 'api' ? parts.slice(1) : parts
    if (path[0] === 'importErrors') {
      const stack = 'Unexpected "}"\n  dags/broken_import.ts:14:3\n\n  13 |   const rows = await load(\n> 14 |   })\n     |   ^'
      return {
        import_errors: [
          {
            import_error_id: 1,
            timestamp: new Date(Date.now() - 200_000).toISOString(),
            filename: 'broken_import.ts',
            bundle_name: 'parser',
            stack_trace: stack,
            message: 'Unexpected "}": close the bracket of load( on line 13.',
            line: 14,
            column: 3,
          },
        ],
        total_entries: 1,
      }
    }
    const ofBackfills = answerBackfills({ method, path, query, body, backfills, send })
    if (ofBackfills) return ofBackfills
    const ofDatasets = answerDatasets({ method, path, query, body, datasets, send })
    if (ofDatasets) return ofDatasets
    const ofSystem = answerSystem({ method, path, query, body, pools })
    if (ofSystem) return ofSystem
    const dag = model.dags.find((one) => one.id === path[1])
    if (path[0] === 'dags' && path.length === 1) {
      const limit = Number(query.get('limit') ?? 50)
      const offset = Number(query.get('offset') ?? 0)
      const wanted = model.dags
        .filter((one) => one.id.includes(query.get('dag_id_pattern') ?? ''))
        .filter((one) => !query.get('last_dag_run_state') || one.runs[0]?.state === query.get('last_dag_run_state'))
        .filter((one) => !query.get('tags') || one.spec.tags.includes(query.get('tags')))
        .filter((one) => !query.get('paused') || String(one.paused) === query.get('paused'))
        .filter((one) => !query.get('has_import_errors') || one.errors)
      const page = wanted.slice(offset, offset + limit)
      if (root === 'api') return { dags: page.map(dagBody), total_entries: wanted.length }
      return {
        rows: page.map((one) => ({ dag: dagBody(one), event_number: one.n, latest_dag_runs: one.runs.slice(0, 14).map(runBar) })),
        total_entries: wanted.length,
      }
    }
    if (path[0] === 'dags' && path[1] === '~') {
      const runs = model.dags
        .flatMap((one) => one.runs.map((run) => ({ one, run })))
        .filter(({ one, run }) => one.id.includes(query.get('dag_id_pattern') ?? '') && (!query.get('state') || run.state === query.get('state')))
      runs.sort((a, b) => b.run.runAfter - a.run.runAfter)
      const offset = Number(query.get('offset') ?? 0)
      return { dag_runs: runs.slice(offset, offset + 100).map(({ one, run }) => runBody(one, run)), total_entries: runs.length }
    }
    if (!dag) return problem(404, 'dag_not_found', `There is no DAG "${path[1]}". millrace dags list shows those there are.`)
    if (path[0] === 'dagSources') return { content: source, dag_id: dag.id, dag_display_name: dag.id, version_number: 3 }
    if (path.length === 2 && method === 'PATCH') {
      Object.assign(dag, { paused: body.is_paused, n: dag.n + 1 })
      sendDag(dag)
      return dagBody(dag)
    }
    if (path[2] === 'dagVersions') return { dag_versions: fixtureVersions(dag.id, Date.now()), total_entries: 3 }
    if (path[2] === 'versions') return fixtureDiff(dag.id, Number(query.get('from')), Number(query.get('to')), Date.now(), source)
    if (path[2] === 'runGroups') return fixtureGroups(dag)
    if (path[2] === 'nextRuns') return fixtureNextRuns(dag, Number(query.get('count') ?? 5))
    if (path[2] === 'details') return dagDetails(dag)
    if (path[2] === 'grid') return gridBody(dag, Number(query.get('limit') ?? 25))
    if (path[2] === 'structure') return structureBody(dag)
    if (path[2] === 'dagRuns' && path.length === 3) {
      if (method === 'POST') return runBody(dag, trigger(dag, body.conf ?? {}))
      const runs = dag.runs.filter((run) => !query.get('state') || run.state === query.get('state'))
      return { dag_runs: runs.map((run) => runBody(dag, run)), total_entries: runs.length }
    }
    const changed = answerChange({ method, path, body, dag, sendTask, sendRun, play })
    if (changed) return changed
    const run = dag.runs.find((one) => one.id === path[3])
    if (!run) return problem(404, 'run_not_found', `DAG ${dag.id} has no run "${path[3]}".`)
    if (path.length === 4) return runBody(dag, run)
    if (path.length === 5) return { task_instances: dag.ids.map((id) => instanceBody(dag, run, id)), total_entries: dag.ids.length }
    const id = path[5]
    if (!run.rows[id]) return problem(404, 'task_not_found', `DAG ${dag.id} has no task "${id}".`)
    const instance = instanceBody(dag, run, id)
    if (path[6] === 'tries') {
      const tries = Array.from({ length: instance.try_number }, (_, n) => ({
        ...instance,
        try_number: n + 1,
        state: n + 1 < instance.try_number ? 'failed' : instance.state,
      }))
      return { task_instances: tries, total_entries: tries.length }
    }
    const entry = {
      key: 'return_value',
      timestamp: new Date().toISOString(),
      logical_date: null,
      map_index: -1,
      task_id: id,
      dag_id: dag.id,
      run_id: run.id,
      dag_display_name: dag.id,
      task_display_name: id,
    }
    if (path[6] === 'xcomEntries')
      return path[7]
        ? { ...entry, value: { rows: 300, file: 'users.csv', first: { name: 'Kari Nordmann', country: 'Norway' } } }
        : { xcom_entries: [entry], total_entries: 1 }
    return instance
  }

  const respond = async (request, response) => {
    const url = new URL(request.url, 'http://127.0.0.1')
    if (url.pathname === '/ui/live') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
      response.write(`retry: 500\nevent: lag\ndata: {"lag_seconds":0.1}\n\n`)
      streams.add(response)
      response.on('close', () => streams.delete(response))
    } else if (url.pathname.startsWith('/ui/logs/')) {
      const last = request.headers['last-event-id']
      streamLog(response, last === undefined ? Number(url.searchParams.get('from') ?? 0) : Number(last) + 1)
    } else if (url.pathname.startsWith('/ui/') || url.pathname.startsWith('/api/')) {
      const chunks = []
      for await (const chunk of request) chunks.push(chunk)
      const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString()) : {}
      const result = answer(request.method, url, body)
      const failed = typeof result.status === 'number'
      response.writeHead(failed ? result.status : 200, { 'content-type': 'application/json' }).end(JSON.stringify(failed ? result.body : result))
    } else {
      const path = normalize(join(dist, url.pathname))
      const file = path.startsWith(dist) && extname(path) in types ? path : join(dist, 'index.html')
      const content = await readFile(file).catch(() => null)
      response
        .writeHead(content ? 200 : 404, { 'content-type': types[extname(file)] ?? 'text/plain', 'content-security-policy': policy })
        .end(content ?? 'Run npx vite build services/ui first.')
    }
  }
  const server = createServer((request, response) => {
    respond(request, response).catch((error) => response.destroy(error))
  })
  await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    drop: () => {
      for (const stream of streams) stream.destroy()
    },
    close: () => {
      clearInterval(lag)
      server.closeAllConnections()
      return new Promise((resolve) => server.close(resolve))
    },
  }
}

const source = `import { chain, dag, http, httpSensor, postgres, task } from 'millrace'

// Users of the day, from the API into Postgres.
export default dag('user_processing', {
  schedule: '@daily', startDate: '2022-01-01', catchup: false,
  defaultArgs: { owner: 'data', retries: 1, retryDelay: '3m' },
}, () => {
  const create = postgres('create_table', { sql: \`create table if not exists users (name text)\` })
  const ready = httpSensor('is_api_available', { connection: 'user_api', endpoint: '/api/' })
  const extract = http('extract_user', { connection: 'user_api', endpoint: '/api/?day={{ ds }}' })
  const process = task('process_user', { inputs: { page: extract } }, async ({ inputs }) => inputs.page.results[0])
  chain(create, ready, extract, process)
})
`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startFixtureServer(Number(process.argv[2] ?? 0))
  console.log(url)
}
