import { type Static, Type } from '#typebox'

export const ProjectorConfig = Type.Object({
  databaseUrl: Type.String({
    env: 'DATABASE_URL',
    secret: true,
    pattern: '^postgres(ql)?://',
    description: 'Postgres, for example postgres://user:password@127.0.0.1:5432/millrace',
  }),
  logsDir: Type.String({ env: 'MILLRACE_LOGS_DIR', default: 'logs', description: 'folder of the task logs' }),
  keepDatasetEvents: Type.Optional(
    Type.Integer({
      env: 'MILLRACE_KEEP_DATASET_EVENTS',
      minimum: 1,
      maximum: 10_000_000,
      description:
        'dataset events that the page shows of each dataset, besides those that a DAG waits for; default 10,000. Older ones go after 90 days, with the topic',
    }),
  ),
})
export type ProjectorConfig = Readonly<Static<typeof ProjectorConfig>>
