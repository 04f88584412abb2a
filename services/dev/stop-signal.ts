/** What asks a process to end: Postgres waits for its sessions on SIGTERM and ends them on SIGINT. */
export const stopSignalOf = (name: string): NodeJS.Signals => (name === 'Postgres' ? 'SIGINT' : 'SIGTERM')
