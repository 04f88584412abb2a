import { poolRoutes } from '../../../schemas/http/pool-routes.ts'
import { PoolPatch, PoolPost } from '../../../schemas/http/pools.ts'
import { MillraceError } from '../../core/errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { strictBody } from '../http/strict-body.ts'
import { defaultPool, findPoolSetting, getPool, listPools, poolSettings } from '../queries/pools.ts'

export const addPoolRoutes = (app: App, { db, settings }: ApiDeps): void => {
  app.route({ ...poolRoutes.getPools, handler: ({ query }) => listPools(db, settings, query) })
  app.route({ ...poolRoutes.getPool, handler: ({ params }) => getPool(db, settings, params.pool_name) })
  app.route({
    ...poolRoutes.postPool,
    preValidation: strictBody(PoolPost),
    handler: async ({ body }, reply) => {
      const { name, slots, include_deferred = false, description = null } = body
      if (poolSettings(settings).has(name))
        throw new MillraceError('pool_conflict', `There is a pool ${name} already: change it with PATCH, or choose another name.`)
      await settings.put('pool', name, { slots, include_deferred, description }, 'api')
      reply.code(201)
      return getPool(db, settings, name)
    },
  })
  app.route({
    ...poolRoutes.patchPool,
    preValidation: strictBody(PoolPatch),
    handler: async ({ params, query, body }) => {
      const { pool_name: name } = params
      if (body.name !== undefined && body.name !== name) throw new MillraceError('bad_request', 'A pool keeps its name: make a new one and delete this one.')
      const { name: _name, ...before } = findPoolSetting(settings, name)
      const changes = Object.fromEntries(Object.entries(body).filter(([field]) => field !== 'name' && (query.update_mask?.includes(field) ?? true)))
      await settings.put('pool', name, { ...before, ...changes }, 'api')
      return getPool(db, settings, name)
    },
  })
  app.route({
    ...poolRoutes.deletePool,
    handler: async ({ params }, reply) => {
      if (params.pool_name === defaultPool.name) throw new MillraceError('bad_request', `${defaultPool.name} cannot be deleted: change its slots.`)
      findPoolSetting(settings, params.pool_name)
      await settings.remove('pool', params.pool_name)
      reply.code(204)
      return null
    },
  })
}
