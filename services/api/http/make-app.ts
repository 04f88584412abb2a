/** The HTTP server without its routes: parsing, schemas, errors, the OpenAPI document. */
import { randomUUID } from 'node:crypto'
import swagger from '@fastify/swagger'
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { fastify, LogController } from 'fastify'
import { components } from '../../../schemas/http/components.ts'
import type { Logger } from '../../platform/log.ts'
import { lazySerializers } from './lazy-serializers.ts'

export interface AppOptions {
  readonly log: Logger
  readonly version: string
}

/** Bodies are commands, conf included: small. */
const bodyLimitBytes = 1_048_576

export const makeApp = async ({ log, version }: AppOptions) => {
  const app = fastify({
    loggerInstance: log as never,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: bodyLimitBytes,
    onProtoPoisoning: 'error',
    onConstructorPoisoning: 'error',
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: 1000, ignoreTrailingSlash: true },
    schemaController: { compilersFactory: { buildSerializer: lazySerializers } },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: 'array', allErrors: false } },
  }).withTypeProvider<TypeBoxTypeProvider>()
  for (const schema of components) app.addSchema(schema)
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Millrace REST API',
        description: 'Paths, names and shapes under /api/v2 follow the public REST API of Apache Airflow 3; /ui serves the web app and may change with it.',
        version,
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
    },
    refResolver: { buildLocalReference: (json, _baseUri, _fragment, i) => (typeof json.$id === 'string' ? json.$id : `def-${i}`) },
  })
  return app
}

export type App = Awaited<ReturnType<typeof makeApp>>
