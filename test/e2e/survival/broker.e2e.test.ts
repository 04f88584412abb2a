/** The broker killed in the middle of a run and started again: nothing changes but time. */
import { afterAll, beforeAll, test } from 'vitest'
import type { World } from '../../chaos/world.ts'
import { end, openScene, surviveInTheMiddle } from './scene.ts'

let world: World
beforeAll(async () => {
  world = await openScene()
})
afterAll(() => world?.close())

test('the broker is killed', () => surviveInTheMiddle(world, () => end(world, 'Kafka', 'SIGKILL')))
