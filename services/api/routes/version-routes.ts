import { versionDiffRoutes } from '../../../schemas/http/ui-version-diff.ts'
import { MillraceError } from '../../core/errors.ts'
import type { ApiDeps } from '../deps.ts'
import type { App } from '../http/make-app.ts'
import { definitionDiff } from '../queries/version-diff.ts'
import { currentVersion, definitionOf, findVersion, versionAnswer } from '../queries/versions.ts'

export const addVersionRoutes = (app: App, { db }: ApiDeps): void => {
  app.route({
    ...versionDiffRoutes.getVersionDiff,
    handler: async ({ params, query }) => {
      const { dag_id: dagId } = params
      const to = query.to === undefined ? await currentVersion(db, dagId) : await findVersion(db, dagId, query.to)
      if (query.from === undefined && to.version_number === 1)
        throw new MillraceError('bad_request', `Version 1 of DAG ${dagId} is its first: there is nothing before it.`)
      const from = await findVersion(db, dagId, query.from ?? to.version_number - 1)
      return {
        dag_id: dagId,
        from: versionAnswer(from),
        to: versionAnswer(to),
        ...definitionDiff(definitionOf(from), definitionOf(to)),
        code_changed: from.bundle !== to.bundle,
        source_from: from.source,
        source_to: to.source,
      }
    },
  })
}
