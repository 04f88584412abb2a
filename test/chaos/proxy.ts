/** A proxy between all services and the broker, for cutting and stalling; services are led to it by a preload (redirect.mjs). */
import { join } from 'node:path'
import { repoRoot } from '../../services/dev/repo-root.ts'
import { openTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'

export interface ProxyBefore {
  readonly proxy: TcpProxy
  /** For the services. */
  readonly env: Readonly<Record<string, string>>
  /** host:port of the broker. Until it is known connections wait at the broker's door in vain, and try again. */
  leadTo(broker: string): void
  close(): Promise<void>
}

export const openProxyBefore = async (): Promise<ProxyBefore> => {
  const target = { host: '127.0.0.1', port: 9 }
  const proxy = await openTcpProxy(target)
  return {
    proxy,
    env: {
      NODE_OPTIONS: `--import ${join(repoRoot, 'test/chaos/redirect.mjs')}`,
      MILLRACE_CHAOS_PROXY: String(proxy.address.port),
    },
    leadTo(broker) {
      target.port = Number(broker.split(':')[1])
    },
    close: () => proxy.close(),
  }
}
