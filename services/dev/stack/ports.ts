import { execFile } from 'node:child_process'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether something accepts connections there. */
export const accepts = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port })
    const end = (answer: boolean) => {
      socket.destroy()
      resolve(answer)
    }
    socket.once('connect', () => end(true))
    socket.once('error', () => end(false))
    socket.setTimeout(1000, () => end(false))
  })

/** Whether we could listen there: the one reliable test, since a listener on 0.0.0.0 counts too. */
export const isFree = (port: number, host = '127.0.0.1'): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })

/** A port that is free now, chosen by the system. */
export const anyFreePort = (host = '127.0.0.1'): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen({ port: 0, host }, () => {
      const address = server.address()
      server.close(() => (address && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))))
    })
  })

/** The wanted port when it is free and not handed out already, else one that the system chooses. */
export const freePortNear = async (wanted: number, taken: ReadonlySet<number>): Promise<number> => {
  if (!taken.has(wanted) && (await isFree(wanted))) return wanted
  for (;;) {
    const port = await anyFreePort()
    if (!taken.has(port)) return port
  }
}

const inodesListeningOn = async (port: number): Promise<Set<string>> => {
  const inodes = new Set<string>()
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    const lines = await readFile(table, 'utf8').catch(() => '')
    for (const line of lines.split('\n').slice(1)) {
      const fields = line.trim().split(/\s+/)
      if (fields[1]?.endsWith(suffix) && fields[3] === '0A' && fields[9]) inodes.add(`socket:[${fields[9]}]`)
    }
  }
  return inodes
}

const holderFromProc = async (port: number): Promise<string | undefined> => {
  const inodes = await inodesListeningOn(port)
  if (inodes.size === 0) return undefined
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    for (const fd of await readdir(`/proc/${pid}/fd`).catch(() => [])) {
      if (!inodes.has(await readlink(`/proc/${pid}/fd/${fd}`).catch(() => ''))) continue
      const command = (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim()
      return `${command || 'a process'} (pid ${pid})`
    }
  }
  return undefined
}

/** Who listens on a port, as `name (pid n)`, where the system tells: /proc on Linux, lsof elsewhere. */
export const holderOf = async (port: number): Promise<string | undefined> => {
  if (process.platform === 'linux') return holderFromProc(port)
  const listing = await run('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc']).catch(() => undefined)
  const pid = listing?.stdout.match(/^p(\d+)/m)?.[1]
  return pid ? `${listing?.stdout.match(/^c(.+)/m)?.[1] ?? 'a process'} (pid ${pid})` : undefined
}
