import type { Platform } from '../../platform/platform.ts'

/** Asks the executor, by a record it reads, to drain a worker that may be on any machine. It takes the record away when the worker has left. */
export const makeDrainWorker =
  ({ bus, codec, clock, topic }: Platform) =>
  async (incarnation: string): Promise<void> => {
    const setting = { kind: 'worker', name: incarnation, value: JSON.stringify({ draining: true }), encrypted: false, at: clock.now(), principal: 'api' }
    await bus.send([{ topic: topic('settings'), partition: 0, key: `worker/${incarnation}`, value: codec.encode('Setting', setting) }])
  }
