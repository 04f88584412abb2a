/** Task instances, their tries, logs and XComs: the part of the public API below a DAG run. */
import { Type } from 'typebox'
import { dagIdOrAllParam, dagIdParam, ref, runIdOrAllParam, runIdParam, taskIdParam } from './common.ts'
import { TaskLog, TaskLogQuery } from './logs.ts'
import { problem } from './route.ts'
import { MapIndexQuery, TaskInstance, TaskInstanceCollection, TaskInstancesQuery, TaskInstanceTry, TaskInstanceTryCollection } from './task-instances.ts'
import { XComCollection, XComQuery, XComsQuery, XComWithValue } from './xcoms.ts'

const instanceParams = Type.Object({ dag_id: dagIdParam, dag_run_id: runIdParam, task_id: taskIdParam })
const tryParam = Type.Integer({ minimum: 1, maximum: 1_000_000 })
const mappedParams = Type.Object({ ...instanceParams.properties, map_index: Type.Integer({ minimum: -1 }) })

const instance = { tags: ['Task Instance'] }
const instances = '/api/v2/dags/:dag_id/dagRuns/:dag_run_id/taskInstances'

export const taskInstanceRoutes = {
  getTaskInstances: {
    method: 'GET',
    url: instances,
    schema: {
      operationId: 'get_task_instances',
      ...instance,
      summary: 'List task instances',
      params: Type.Object({ dag_id: dagIdOrAllParam, dag_run_id: runIdOrAllParam }),
      querystring: TaskInstancesQuery,
      response: { 200: ref(TaskInstanceCollection), ...problem },
    },
  },
  getTaskInstance: {
    method: 'GET',
    url: `${instances}/:task_id`,
    schema: {
      operationId: 'get_task_instance',
      ...instance,
      summary: 'Get a task instance that is not mapped',
      params: instanceParams,
      response: { 200: ref(TaskInstance), ...problem },
    },
  },
  getMappedTaskInstances: {
    method: 'GET',
    url: `${instances}/:task_id/listMapped`,
    schema: {
      operationId: 'get_mapped_task_instances',
      ...instance,
      summary: 'List the instances of a mapped task',
      params: instanceParams,
      querystring: TaskInstancesQuery,
      response: { 200: ref(TaskInstanceCollection), ...problem },
    },
  },
  getMappedTaskInstance: {
    method: 'GET',
    url: `${instances}/:task_id/:map_index`,
    schema: {
      operationId: 'get_mapped_task_instance',
      ...instance,
      summary: 'Get one instance of a mapped task',
      params: mappedParams,
      response: { 200: ref(TaskInstance), ...problem },
    },
  },
  getTaskInstanceTries: {
    method: 'GET',
    url: `${instances}/:task_id/tries`,
    schema: {
      operationId: 'get_task_instance_tries',
      ...instance,
      summary: 'List the tries of a task instance',
      params: instanceParams,
      querystring: MapIndexQuery,
      response: { 200: ref(TaskInstanceTryCollection), ...problem },
    },
  },
  getTaskInstanceTry: {
    method: 'GET',
    url: `${instances}/:task_id/tries/:task_try_number`,
    schema: {
      operationId: 'get_task_instance_try_details',
      ...instance,
      summary: 'Get one try of a task instance',
      params: Type.Object({ ...instanceParams.properties, task_try_number: tryParam }),
      querystring: MapIndexQuery,
      response: { 200: ref(TaskInstanceTry), ...problem },
    },
  },
  getMappedTaskInstanceTries: {
    method: 'GET',
    url: `${instances}/:task_id/:map_index/tries`,
    schema: {
      operationId: 'get_mapped_task_instance_tries',
      ...instance,
      summary: 'List the tries of one instance of a mapped task',
      params: mappedParams,
      response: { 200: ref(TaskInstanceTryCollection), ...problem },
    },
  },
  getLog: {
    method: 'GET',
    url: `${instances}/:task_id/logs/:try_number`,
    schema: {
      operationId: 'get_log',
      ...instance,
      summary: 'Get the log of a try',
      description: 'JSON, or the plain file with `Accept: text/plain`.',
      params: Type.Object({ ...instanceParams.properties, try_number: tryParam }),
      querystring: TaskLogQuery,
      response: {
        200: { description: 'The log.', content: { 'application/json': { schema: ref(TaskLog) }, 'text/plain': { schema: Type.String() } } },
        ...problem,
      },
    },
  },
  getXComEntries: {
    method: 'GET',
    url: `${instances}/:task_id/xcomEntries`,
    schema: {
      operationId: 'get_xcom_entries',
      tags: ['XCom'],
      summary: 'List XComs without their values',
      params: Type.Object({ dag_id: dagIdOrAllParam, dag_run_id: runIdOrAllParam, task_id: taskIdParam }),
      querystring: XComsQuery,
      response: { 200: ref(XComCollection), ...problem },
    },
  },
  getXComEntry: {
    method: 'GET',
    url: `${instances}/:task_id/xcomEntries/:xcom_key`,
    schema: {
      operationId: 'get_xcom_entry',
      tags: ['XCom'],
      summary: 'Get an XCom',
      params: Type.Object({ ...instanceParams.properties, xcom_key: Type.String({ minLength: 1, maxLength: 512 }) }),
      querystring: XComQuery,
      response: { 200: ref(XComWithValue), ...problem },
    },
  },
} as const
