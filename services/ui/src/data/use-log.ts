import { useCallback, useEffect, useState, useSyncExternalStore } from 'react'
import { type LogState, type LogStream, openLogStream } from './log-stream.ts'
import type { InstanceName } from './use-task-instance.ts'

const nothing: LogState = { lines: [], status: 'open' }

/** The lines of one try, live. */
export const useLog = ({ dagId, runId, taskId, mapIndex }: InstanceName, tryNumber: number): LogState => {
  const [stream, setStream] = useState<LogStream>()
  useEffect(() => {
    const path = [dagId, runId, taskId, String(tryNumber)].map(encodeURIComponent).join('/')
    const opened = openLogStream(`/ui/logs/${path}/stream${mapIndex >= 0 ? `?map_index=${mapIndex}` : ''}`)
    setStream(opened)
    return () => {
      opened.close()
      setStream(undefined)
    }
  }, [dagId, runId, taskId, mapIndex, tryNumber])
  const subscribe = useCallback((listener: () => void) => stream?.subscribe(listener) ?? (() => {}), [stream])
  return useSyncExternalStore(subscribe, () => stream?.get() ?? nothing)
}
