import { type Static, Type } from 'typebox'
import { nullableText, ref, text } from './common.ts'

export const LogMessage = Type.Object(
  {
    timestamp: nullableText('ISO time with milliseconds.'),
    event: text('The line.'),
    level: text('debug, info, warning or error.'),
    stream: text('out, err, or system (written by the worker itself).'),
    line: Type.Integer({ description: 'Number of the line within the try, from 0.' }),
  },
  { $id: 'StructuredLogMessage' },
)
export type LogMessage = Static<typeof LogMessage>

export const TaskLog = Type.Object(
  {
    content: Type.Array(ref(LogMessage)),
    continuation_token: nullableText('Ask again with `token` for what comes after; null: the try is over and this was the end.'),
  },
  { $id: 'TaskInstancesLogResponse' },
)

export const TaskLogQuery = Type.Object({
  map_index: Type.Optional(Type.Integer({ minimum: -1, default: -1 })),
  full_content: Type.Optional(Type.Boolean({ default: false, description: 'All that there is; otherwise at most 10,000 lines an answer.' })),
  token: Type.Optional(Type.String({ maxLength: 100, description: 'continuation_token of the answer before.' })),
})

export const TaskLogStreamQuery = Type.Object({
  map_index: Type.Optional(Type.Integer({ minimum: -1, default: -1 })),
  from: Type.Optional(Type.Integer({ minimum: 0, default: 0, description: 'First line wanted. A reconnect goes on after `Last-Event-ID` instead.' })),
})
