import type { FieldChange, VersionDiff } from '../../api/types.ts'
import { Section } from '../../parts/section.tsx'
import { text } from '../../strings/text.ts'
import { SourceDiff } from './source-diff.tsx'

interface Props {
  readonly diff: VersionDiff
}

const { versions: words } = text

const shown = (value: unknown): string => (value === null || value === undefined ? words.none : typeof value === 'string' ? value : JSON.stringify(value))

const Fields = ({ fields }: { readonly fields: readonly FieldChange[] }) => (
  <dl>
    {fields.map(({ field, before, after }) => (
      <div key={field} className="grid grid-cols-[minmax(96px,180px)_minmax(0,1fr)] gap-x-3 py-0.5">
        <dt className="truncate font-mono text-xs leading-5 text-soft">{field}</dt>
        <dd className="min-w-0 font-mono text-xs leading-5 break-words">
          <del title={words.before} className="text-bad no-underline">
            − {shown(before)}
          </del>
          <br />
          <ins title={words.after} className="text-[var(--state-success)] no-underline">
            + {shown(after)}
          </ins>
        </dd>
      </div>
    ))}
  </dl>
)

const Ids = ({ sign, ids }: { readonly sign: '+' | '−'; readonly ids: readonly string[] }) => (
  <ul className={`font-mono text-xs leading-5 ${sign === '+' ? 'text-[var(--state-success)]' : 'text-bad'}`}>
    {ids.map((id) => (
      <li key={id} className="break-words">
        {sign} {id}
      </li>
    ))}
  </ul>
)

/** What changed from one version to another: the definition, then the file. */
export const VersionChanges = ({ diff }: Props) => {
  const edges = (list: VersionDiff['edges_added']): readonly string[] => list.map((edge) => `${edge.source} → ${edge.target}`)
  const isSame =
    diff.fields.length +
      diff.tasks_added.length +
      diff.tasks_removed.length +
      diff.tasks_changed.length +
      diff.edges_added.length +
      diff.edges_removed.length ===
    0
  return (
    <>
      {isSame && <p className="text-soft">{diff.code_changed ? words.nothing : words.sameCode}</p>}
      {diff.fields.length > 0 && (
        <Section title={words.fields}>
          <Fields fields={diff.fields} />
        </Section>
      )}
      {diff.tasks_added.length > 0 && (
        <Section title={words.tasksAdded(diff.tasks_added.length)}>
          <Ids sign="+" ids={diff.tasks_added} />
        </Section>
      )}
      {diff.tasks_removed.length > 0 && (
        <Section title={words.tasksRemoved(diff.tasks_removed.length)}>
          <Ids sign="−" ids={diff.tasks_removed} />
        </Section>
      )}
      {diff.tasks_changed.length > 0 && (
        <Section title={words.tasksChanged(diff.tasks_changed.length)}>
          {diff.tasks_changed.map((task) => (
            <div key={task.task_id} className="mb-2">
              <h4 className="font-medium">{task.task_id}</h4>
              <Fields fields={task.fields} />
            </div>
          ))}
        </Section>
      )}
      {diff.edges_added.length + diff.edges_removed.length > 0 && (
        <Section title={words.edges}>
          <Ids sign="−" ids={edges(diff.edges_removed)} />
          <Ids sign="+" ids={edges(diff.edges_added)} />
        </Section>
      )}
      <Section title={words.source}>
        {diff.source_from === null || diff.source_to === null ? (
          <p className="text-soft">{words.noSource}</p>
        ) : (
          <SourceDiff key={`${diff.from.id}/${diff.to.id}`} before={diff.source_from} after={diff.source_to} codeChanged={diff.code_changed} />
        )}
      </Section>
    </>
  )
}
