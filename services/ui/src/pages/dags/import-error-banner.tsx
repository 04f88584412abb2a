import { useState } from 'react'
import { useImportErrors } from '../../data/use-import-errors.ts'
import { Button } from '../../parts/button.tsx'
import { Icon } from '../../parts/icon.tsx'
import { Time } from '../../parts/time.tsx'
import { text } from '../../strings/text.ts'

const where = (file: string, line: number | null, column: number | null): string =>
  [file, line, line === null ? null : column].filter((part) => part !== null).join(':')

/** Files that do not parse: where, and why. Few are open at once; many fold. */
export const ImportErrorBanner = () => {
  const { data } = useImportErrors()
  const errors = data?.import_errors ?? []
  const [folded, setFolded] = useState(false)
  if (errors.length === 0) return null
  return (
    <section aria-label={text.importErrors.title(errors.length)} className="appear mx-4 mb-3 rounded-lg bg-bad-tint">
      <div className="flex min-h-9 items-center gap-2 pr-1 pl-3">
        <span className="text-bad">
          <Icon name="warning" />
        </span>
        <h2 className="font-semibold text-bad">{text.importErrors.title(errors.length)}</h2>
        <span className="min-w-0 truncate text-soft max-sm:hidden">{text.importErrors.keep}</span>
        <span className="flex-1" />
        <Button look="quiet" aria-expanded={!folded} onClick={() => setFolded(!folded)}>
          {folded ? text.importErrors.show : text.importErrors.hide}
        </Button>
      </div>
      {!folded && (
        <ul className="max-h-48 overflow-y-auto px-3 pb-2.5 pl-9">
          {errors.map((error) => (
            <li key={error.import_error_id} className="py-0.5">
              <details className="group">
                <summary className="flex cursor-pointer list-none flex-wrap items-baseline gap-x-3">
                  <span className="font-mono text-xs font-medium">{where(error.filename, error.line, error.column)}</span>
                  <span className="min-w-0 flex-1 basis-64 break-words">{error.message}</span>
                  <span className="text-soft">
                    <Time at={error.timestamp} />
                  </span>
                </summary>
                <pre className="mt-1 overflow-x-auto rounded-md bg-canvas p-2 font-mono text-xs">{error.stack_trace}</pre>
              </details>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
