/** The process that runs filters and extras of watches: user code, so it may hang, throw later or end; whatever it does costs this process alone. */
import { ensureError, MillraceError } from '../../../core/errors.ts'
import { makeLoadedBundles } from '../../../holder/loaded-bundles.ts'
import { watchCodeOf } from '../../../sdk/dag.ts'
import type { ApplyRequest, FromFilterChild } from '../watch-messages.ts'
import { makeApply } from './apply-watches.ts'
import { openExpressions } from './expressions.ts'

const bundles = makeLoadedBundles()
let expressions: ReturnType<typeof openExpressions> | null = null

const apply = makeApply({
  async code({ dagId, uri, bundle }) {
    if (bundle === null) throw new MillraceError('bad_dag', `dag '${dagId}': the watch of ${uri} runs code of its DAG file, which did not come with it`)
    const code = watchCodeOf(await bundles.dag(bundle, dagId), uri)
    if (code === null) throw new MillraceError('bad_dag', `dag '${dagId}': its code has no watch of ${uri}: a DAG must not depend on the machine it is read on`)
    return code
  },
  expressions() {
    expressions ??= openExpressions()
    return expressions
  },
})

const send = (message: FromFilterChild): void => {
  process.send?.(message)
}

const answer = async (request: ApplyRequest): Promise<void> => {
  const { seq, careful } = request
  try {
    const run = await apply.load(request)
    send({ kind: 'loaded', seq })
    send({ kind: 'applied', seq, applied: await run(careful ? (watch, message) => send({ kind: 'at', seq, at: [watch, message] }) : null) })
  } catch (thrown) {
    const error = ensureError(thrown)
    send({ kind: 'failed', seq, code: error instanceof MillraceError ? error.code : 'filter_failed', message: error.message })
  }
}

process.on('message', (request: ApplyRequest) => void answer(request))
process.on('disconnect', () => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {}) // the triggerer ends it
