import { type Static, Type } from 'typebox'

export const ProjectorConfig = Type.Object({
  databaseUrl: Type.String({
    env: 'DATABASE_URL',
    secret: true,
    pattern: '^postgres(ql)?://',
    description: 'Postgres, for example postgres://user:password@127.0.0.1:5432/millrace',
  }),
  logsDir: Type.String({ env: 'MILLRACE_LOGS_DIR', default: 'logs', description: 'folder of the task logs' }),
})
export type ProjectorConfig = Readonly<Static<typeof ProjectorConfig>>
