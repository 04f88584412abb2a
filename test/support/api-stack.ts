/** Projector and API in this process on servers, topics and tables of their own, called over HTTP. */
import type { Command } from '../../schemas/generated/records.ts'
import { startApi } from '../../services/api/service.ts'
import { startProjector } from '../../services/projector/service.ts'
import { openServiceStack, type ServiceStack } from './service-stack.ts'

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Null when the answer is no JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asked for
  readonly json: any
}

export interface ApiStack extends ServiceStack {
  readonly url: string
  readonly failures: readonly Error[]
  onFailed(error: Error): void
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<ApiAnswer>
  get(path: string): Promise<ApiAnswer>
  /** Hands over each command that is written from now on, as a scheduler would get it. */
  onCommand(answer: (command: Command) => Promise<void>): Promise<void>
}

export const openApiStack = async (columns?: number): Promise<ApiStack> => {
  const stack = await openServiceStack(columns)
  const { platform, databaseUrl, logsDir } = stack
  const failures: Error[] = []
  const onFailed = (error: Error): void => void failures.push(error)
  const projector = await startProjector(platform, { databaseUrl, logsDir }, onFailed)
  const api = await startApi(platform, { databaseUrl, logsDir, host: '127.0.0.1', port: 0, allowedHosts: [] }, onFailed)
  const call = async (method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}): Promise<ApiAnswer> => {
    const json = body === undefined ? {} : { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }
    const response = await fetch(`${api.url}${path}`, { method, headers, ...json })
    const text = await response.text()
    return { status: response.status, headers: response.headers, text, json: response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : null }
  }
  return {
    ...stack,
    url: api.url,
    failures,
    onFailed,
    call,
    get: (path) => call('GET', path),
    async onCommand(answer) {
      await platform.bus.subscribe({
        topics: [platform.topic('commands')],
        assignment: { kind: 'all' },
        start: () => 'end',
        onFailed,
        pace: 'fast',
        onRecords: (records) => {
          for (const record of records) void answer(platform.codec.decode('Command', record.value as Buffer)).catch(onFailed)
        },
      })
    },
    async close() {
      await api.stop()
      await projector.stop()
      await stack.close()
    },
  }
}
