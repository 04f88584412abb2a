import type { StateName } from './state-order.ts'

interface Props {
  readonly state: StateName
  readonly x: number
  readonly width: number
  readonly height: number
  /** Height of the drawing; bars stand on its foot. */
  readonly space: number
}

/** A run as a bar inside an svg: solid success, notched failure, striped and moving while it runs, hollow while queued. */
export const RunBar = ({ state, x, width, height, space }: Props) => {
  const y = space - height
  if (state === 'failed') {
    const notch = Math.min(width * 0.5, height * 0.5, 5)
    const path = `M${x + 1} ${y}H${x + width - notch}L${x + width - notch} ${y + notch}H${x + width}V${space}H${x}V${y + 1}z`
    return <path data-state={state} d={path} fill="var(--state)" />
  }
  if (state === 'success') return <rect data-state={state} x={x} y={y} width={width} height={height} rx={1.5} fill="var(--state)" />
  const hollow = { x: x + 0.75, y: y + 0.75, width: width - 1.5, height: Math.max(height - 1.5, 1), rx: 1, stroke: 'var(--state)', strokeWidth: 1.5 }
  if (state === 'running') {
    return <rect data-state={state} className="state-pulse" {...hollow} fill="color-mix(in srgb, var(--state) 45%, transparent)" />
  }
  return <rect data-state={state} {...hollow} fill="none" />
}
