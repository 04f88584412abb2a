import { type Static, Type } from '#typebox'

export const ApiConfig = Type.Object({
  databaseUrl: Type.String({
    env: 'DATABASE_URL',
    secret: true,
    pattern: '^postgres(ql)?://',
    description: 'Postgres, for example postgres://user:password@127.0.0.1:5432/millrace',
  }),
  logsDir: Type.String({ env: 'MILLRACE_LOGS_DIR', default: 'logs', description: 'folder of the task logs' }),
  host: Type.String({ env: 'MILLRACE_HOST', default: '127.0.0.1', description: 'address to listen on' }),
  port: Type.Integer({ env: 'MILLRACE_PORT', default: 8080, minimum: 0, maximum: 65_535, description: 'port to listen on' }),
  allowedHosts: Type.Array(Type.String(), { env: 'MILLRACE_ALLOWED_HOSTS', default: [], description: 'further names this server is reached by' }),
})
export type ApiConfig = Readonly<Static<typeof ApiConfig>>
