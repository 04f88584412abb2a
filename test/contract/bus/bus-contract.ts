/** What every bus does. Each body gets buses on one broker and topics of its own; it runs on the memory twin and on a real broker. */
import { afterAll, beforeAll, describe } from 'vitest'
import type { Bus } from '../../../services/platform/bus/port.ts'
import { columnsContract } from './columns-contract.ts'
import { makeKit } from './kit.ts'
import { readContract } from './read-contract.ts'
import { sendContract } from './send-contract.ts'
import { topicsContract } from './topics-contract.ts'

/** `openBus` opens a new bus, as of another process, on the same broker each time. */
export const busContract = (name: string, openBus: () => Promise<Bus>): void => {
  describe(name, () => {
    let bus: Bus
    beforeAll(async () => {
      bus = await openBus()
    })
    afterAll(() => bus?.close())
    const kit = makeKit(() => bus, openBus)
    sendContract(kit)
    readContract(kit)
    columnsContract(kit)
    topicsContract(kit)
  })
}
