export interface FixtureRow {
  state: string | null
  try_number: number
  start: number | null
  end: number | null
  event_number: number
}

export interface FixtureRun {
  id: string
  state: string
  runAfter: number
  n: number
  rows: Record<string, FixtureRow>
}

export interface FixtureDag {
  id: string
  ids: string[]
  runs: FixtureRun[]
}

export const makeModel: (now: number) => { dags: FixtureDag[] }
export const dagBody: (dag: FixtureDag) => object
export const dagDetails: (dag: FixtureDag) => object
export const runBar: (run: FixtureRun) => object
export const runBody: (dag: FixtureDag, run: FixtureRun) => object
export const gridBody: (dag: FixtureDag, limit: number) => object
export const instanceBody: (dag: FixtureDag, run: FixtureRun, id: string) => { rendered_fields: object }
export const structureBody: (dag: FixtureDag) => object
export const logLine: (line: number) => object
