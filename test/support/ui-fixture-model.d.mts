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
