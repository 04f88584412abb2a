/** The HTTP API of example 02 as a process of its own, for docker-compose. */
import { Type } from '#typebox'
import { readConfig } from '../platform/config.ts'
import { runMain } from '../platform/lifecycle.ts'
import { openUserApi } from './user-api.ts'

const UserApiConfig = Type.Object({
  host: Type.String({ env: 'MILLRACE_USER_API_HOST', default: '127.0.0.1' }),
  port: Type.Integer({ env: 'MILLRACE_USER_API_PORT', default: 18_090, minimum: 1, maximum: 65_535 }),
})

runMain('user-api', async () => {
  const { port, host } = readConfig(UserApiConfig, process.env)
  const api = await openUserApi(port, host)
  return { service: { name: 'user-api', stop: () => api.close() }, close: async () => undefined }
})
