import { expect, test } from 'vitest'
import { runChaos } from './chaos-world.ts'

const seeds = Array.from({ length: 60 }, (_, i) => i + 1)

test.each(seeds)('faults of seed %i: nothing starts twice, nothing lives twice, the run ends', (seed) => {
  expect(runChaos(seed).violations).toEqual([])
})
