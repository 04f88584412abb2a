import { connect, createServer, type Socket } from 'node:net'

export interface Address {
  readonly host: string
  readonly port: number
}

/** What to do with an answer: let it through, or cut the connection after so many of its bytes. */
export type Verdict = 'pass' | { readonly cutAfterBytes: number }

export interface TcpProxy {
  readonly address: Address
  /** Asked for each answer that comes back: `apiKey` is that of the last Kafka request on the connection (0: produce, 1: fetch). */
  judge: (apiKey: number) => Verdict
  /** Nothing goes through in either direction, connections stay open. */
  stall(): void
  resume(): void
  close(): Promise<void>
}

/** A proxy in front of a Kafka broker that loses answers after their requests were forwarded, or stalls. */
export const openTcpProxy = async (target: Address): Promise<TcpProxy> => {
  const pairs = new Set<readonly [Socket, Socket]>()
  let isStalled = false
  const proxy: Pick<TcpProxy, 'judge'> = { judge: () => 'pass' }

  const server = createServer((client) => {
    const broker = connect(target)
    const pair = [client, broker] as const
    pairs.add(pair)
    let apiKey = -1
    client.setNoDelay(true)
    broker.setNoDelay(true)
    client.on('data', (data) => {
      if (data.length >= 6) apiKey = data.readInt16BE(4)
      broker.write(data)
    })
    broker.on('data', (data) => {
      const verdict = proxy.judge(apiKey)
      if (verdict === 'pass') {
        client.write(data)
        return
      }
      client.end(data.subarray(0, verdict.cutAfterBytes))
      end()
    })
    const end = (): void => {
      pairs.delete(pair)
      broker.destroy()
      if (!client.writableEnded) client.destroy()
    }
    for (const socket of pair) {
      socket.on('close', end)
      socket.on('error', end)
      if (isStalled) socket.pause()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('the proxy has no port')

  return Object.assign(proxy, {
    address: { host: '127.0.0.1', port: bound.port },
    stall: () => {
      isStalled = true
      for (const socket of [...pairs].flat()) socket.pause()
    },
    resume: () => {
      isStalled = false
      for (const socket of [...pairs].flat()) socket.resume()
    },
    close: () =>
      new Promise<void>((resolve) => {
        for (const socket of [...pairs].flat()) socket.destroy()
        server.close(() => resolve())
      }),
  })
}
