import { Type } from 'typebox'
import { PatchQuery } from './changes.ts'
import { ref } from './common.ts'
import { Pool, PoolCollection, PoolPatch, PoolPost, PoolsQuery } from './pools.ts'
import { problem } from './route.ts'

const pool = { tags: ['Pool'] }
const base = '/api/v2/pools'
const params = Type.Object({ pool_name: Type.String({ minLength: 1, maxLength: 256 }) })

export const poolRoutes = {
  getPools: {
    method: 'GET',
    url: base,
    schema: { operationId: 'get_pools', ...pool, summary: 'List pools', querystring: PoolsQuery, response: { 200: ref(PoolCollection), ...problem } },
  },
  getPool: {
    method: 'GET',
    url: `${base}/:pool_name`,
    schema: { operationId: 'get_pool', ...pool, summary: 'Get a pool', params, response: { 200: ref(Pool), ...problem } },
  },
  postPool: {
    method: 'POST',
    url: base,
    schema: { operationId: 'post_pool', ...pool, summary: 'Make a pool', body: ref(PoolPost), response: { 201: ref(Pool), ...problem } },
  },
  patchPool: {
    method: 'PATCH',
    url: `${base}/:pool_name`,
    schema: {
      operationId: 'patch_pool',
      ...pool,
      summary: 'Change a pool',
      params,
      querystring: PatchQuery,
      body: ref(PoolPatch),
      response: { 200: ref(Pool), ...problem },
    },
  },
  deletePool: {
    method: 'DELETE',
    url: `${base}/:pool_name`,
    schema: {
      operationId: 'delete_pool',
      ...pool,
      summary: 'Delete a pool; tasks that name it wait',
      params,
      response: { 204: Type.Null({ description: 'It is gone.' }), ...problem },
    },
  },
} as const
