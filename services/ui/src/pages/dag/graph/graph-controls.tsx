import { Panel, useReactFlow } from '@xyflow/react'
import { Button } from '../../../parts/button.tsx'
import { text } from '../../../strings/text.ts'

/** Zoom and fit, for whoever has no wheel. */
export const GraphControls = () => {
  const flow = useReactFlow()
  return (
    <Panel position="bottom-left" className="flex gap-1">
      <Button square aria-label={text.graph.zoomOut} title={text.graph.zoomOut} onClick={() => void flow.zoomOut()}>
        −
      </Button>
      <Button square aria-label={text.graph.zoomIn} title={text.graph.zoomIn} onClick={() => void flow.zoomIn()}>
        +
      </Button>
      <Button onClick={() => void flow.fitView({ maxZoom: 1, padding: 0.15, duration: 200 })}>{text.graph.fit}</Button>
    </Panel>
  )
}
