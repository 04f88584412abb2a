interface Point {
  readonly x: number
  readonly y: number
}

const radius = 8

const towards = (from: Point, to: Point, by: number): Point => {
  const length = Math.hypot(to.x - from.x, to.y - from.y)
  if (length === 0) return from
  return { x: from.x + ((to.x - from.x) / length) * by, y: from.y + ((to.y - from.y) / length) * by }
}

const at = ({ x, y }: Point): string => `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`

/** An svg path through the points, its corners rounded by at most half of the shorter side. */
export const edgePath = (points: readonly Point[]): string => {
  const [first, ...rest] = points
  if (!first) return ''
  let path = `M${at(first)}`
  rest.forEach((point, n) => {
    const before = n === 0 ? first : rest[n - 1]
    const after = rest[n + 1]
    if (!before || !after) {
      path += `L${at(point)}`
      return
    }
    const round = Math.min(radius, Math.hypot(point.x - before.x, point.y - before.y) / 2, Math.hypot(after.x - point.x, after.y - point.y) / 2)
    path += `L${at(towards(point, before, round))}Q${at(point)} ${at(towards(point, after, round))}`
  })
  return path
}
