import { Type } from 'typebox'
import { Backfill, BackfillCollection, BackfillPost, BackfillsQuery, DryRunBackfillCollection } from './backfills.ts'
import { ref } from './common.ts'
import { problem } from './route.ts'

const backfill = { tags: ['Backfill'] }
const base = '/api/v2/backfills'
const one = { params: Type.Object({ backfill_id: Type.String({ minLength: 1, maxLength: 250 }) }), response: { 200: ref(Backfill), ...problem } }

export const backfillRoutes = {
  listBackfills: {
    method: 'GET',
    url: base,
    schema: {
      operationId: 'list_backfills',
      ...backfill,
      summary: 'List backfills, newest first',
      querystring: BackfillsQuery,
      response: { 200: ref(BackfillCollection), ...problem },
    },
  },
  getBackfill: {
    method: 'GET',
    url: `${base}/:backfill_id`,
    schema: { operationId: 'get_backfill', ...backfill, summary: 'Get a backfill and how far it is', ...one },
  },
  createBackfill: {
    method: 'POST',
    url: base,
    schema: {
      operationId: 'create_backfill',
      ...backfill,
      summary: 'Run a DAG for a range of dates',
      body: ref(BackfillPost),
      response: { 200: ref(Backfill), ...problem },
    },
  },
  dryRunBackfill: {
    method: 'POST',
    url: `${base}/dry_run`,
    schema: {
      operationId: 'create_backfill_dry_run',
      ...backfill,
      summary: 'List the dates that a backfill would run',
      body: ref(BackfillPost),
      response: { 200: ref(DryRunBackfillCollection), ...problem },
    },
  },
  pauseBackfill: {
    method: 'PUT',
    url: `${base}/:backfill_id/pause`,
    schema: { operationId: 'pause_backfill', ...backfill, summary: 'Start no more of its runs', ...one },
  },
  unpauseBackfill: {
    method: 'PUT',
    url: `${base}/:backfill_id/unpause`,
    schema: { operationId: 'unpause_backfill', ...backfill, summary: 'Go on', ...one },
  },
  cancelBackfill: {
    method: 'PUT',
    url: `${base}/:backfill_id/cancel`,
    schema: { operationId: 'cancel_backfill', ...backfill, summary: 'End it: what runs goes on, what is queued fails', ...one },
  },
} as const
