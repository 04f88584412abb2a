/** What a quiet installation costs: CPU over a minute and memory (PSS) of each of its processes. */
import { readdir, readFile } from 'node:fs/promises'

interface Sample {
  readonly name: string
  readonly cpuTicks: number
  readonly pssKb: number
}

const ticksPerSecond = 100

/** Every process whose command line or ancestors belong to the installation. */
export const sample = async (roots: ReadonlySet<number>): Promise<Map<number, Sample>> => {
  const stats = new Map<number, { parent: number; name: string; cpuTicks: number }>()
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const text = await readFile(`/proc/${entry}/stat`, 'utf8')
      const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
      const command = (await readFile(`/proc/${entry}/cmdline`, 'utf8')).split('\0').filter(Boolean)
      stats.set(Number(entry), { parent: Number(fields[1]), name: nameOf(command), cpuTicks: Number(fields[11]) + Number(fields[12]) })
    } catch {
      // It ended while we looked.
    }
  }
  const found = new Map<number, Sample>()
  for (const [pid, { name, cpuTicks }] of stats) {
    let up: number | undefined = pid
    while (up !== undefined && up > 1 && !roots.has(up)) up = stats.get(up)?.parent
    if (up === undefined || !roots.has(up)) continue
    const smaps = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '')
    found.set(pid, { name, cpuTicks, pssKb: Number(/^Pss:\s+(\d+)/m.exec(smaps)?.[1] ?? 0) })
  }
  return found
}

const nameOf = (command: readonly string[]): string => {
  const text = command.join(' ')
  if (text.includes('kafka.Kafka')) return 'kafka'
  if (text.includes('apicurio')) return 'registry'
  if (text.includes('postgres')) return 'postgres'
  return command.find((part) => part.endsWith('.js'))?.replace(/^.*\/dist\/services\//, '') ?? command[0]?.split('/').at(-1) ?? '?'
}

export interface IdleFigure {
  readonly cpuPercentOfOneCore: number
  readonly pssMb: number
  readonly processes: readonly { readonly name: string; readonly cpuPercent: number; readonly pssMb: number }[]
}

export const measureIdle = async (roots: ReadonlySet<number>, seconds: number): Promise<IdleFigure> => {
  const before = await sample(roots)
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000))
  const after = await sample(roots)
  const processes = [...after].map(([pid, now]) => ({
    name: now.name,
    cpuPercent: ((now.cpuTicks - (before.get(pid)?.cpuTicks ?? 0)) / ticksPerSecond / seconds) * 100,
    pssMb: now.pssKb / 1024,
  }))
  const sum = (of: (p: (typeof processes)[number]) => number): number => processes.reduce((total, p) => total + of(p), 0)
  return { cpuPercentOfOneCore: sum((p) => p.cpuPercent), pssMb: sum((p) => p.pssMb), processes: processes.sort((a, b) => b.pssMb - a.pssMb) }
}
