import type { FixtureDag, FixtureRun } from './ui-fixture-model.mjs'

export const dagBody: (dag: FixtureDag) => object
export const dagDetails: (dag: FixtureDag) => object
export const runBar: (run: FixtureRun) => object
export const runBody: (dag: FixtureDag, run: FixtureRun) => object
export const gridBody: (dag: FixtureDag, limit: number) => object
export const instanceBody: (dag: FixtureDag, run: FixtureRun, id: string) => { rendered_fields: object }
export const structureBody: (dag: FixtureDag) => object
export const logLine: (line: number) => object
