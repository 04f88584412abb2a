import { BaseEdge, type Edge, type EdgeProps } from '@xyflow/react'

export type RoutedEdgeData = Edge<{ readonly path: string; readonly faint: boolean }>

/** An edge along the way that the layout found for it. */
export const RoutedEdge = ({ id, data, markerEnd }: EdgeProps<RoutedEdgeData>) => (
  <BaseEdge
    id={id}
    path={data?.path ?? ''}
    {...(markerEnd ? { markerEnd } : {})}
    style={{ stroke: 'var(--line-strong)', strokeWidth: 1.4, opacity: data?.faint ? 0.25 : 1 }}
  />
)
