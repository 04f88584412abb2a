import { useId } from 'react'
import { text } from '../../strings/text.ts'
import type { FieldValue, FieldValues, ParamField } from './param-fields.ts'

interface Props {
  readonly fields: readonly ParamField[]
  readonly values: FieldValues
  readonly problems: { readonly [name: string]: string }
  readonly onChange: (name: string, value: FieldValue) => void
}

const look = 'min-h-7 w-full min-w-0 rounded-md border bg-canvas px-2'
const types = { text: 'text', number: 'number', date: 'date', instant: 'text' } as const

interface InputProps {
  readonly field: ParamField
  readonly value: FieldValue
  readonly id: string
  readonly describedBy: string
  readonly onChange: (value: FieldValue) => void
}

const Input = ({ field, value, id, describedBy, onChange }: InputProps) => {
  const common = { id, 'aria-describedby': describedBy }
  switch (field.kind) {
    case 'flag':
      return (
        <span className="flex h-7 items-center">
          <input {...common} type="checkbox" checked={value === true} onChange={(event) => onChange(event.target.checked)} className="size-4 accent-accent" />
        </span>
      )
    case 'choice':
      return (
        <select {...common} value={String(value)} onChange={(event) => onChange(event.target.value)} className={look}>
          {(value === '-1' || field.isNeeded) && <option value="-1">–</option>}
          {field.choices.map((choice, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a choice is known by its place.
            <option key={at} value={String(at)}>
              {typeof choice === 'string' ? choice : JSON.stringify(choice)}
            </option>
          ))}
        </select>
      )
    case 'json':
      return (
        <textarea
          {...common}
          rows={2}
          value={String(value)}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
          className={`${look} resize-y py-1 font-mono text-xs`}
        />
      )
    default:
      return (
        <input
          {...common}
          type={types[field.kind]}
          step="any"
          min={field.least}
          max={field.most}
          value={String(value)}
          placeholder={field.kind === 'instant' ? '2026-01-31T09:00:00Z' : undefined}
          spellCheck={false}
          onChange={(event) => onChange(event.target.value)}
          className={look}
        />
      )
  }
}

/** The params of a DAG, each as the field that fits it. */
export const ParamForm = ({ fields, values, problems, onChange }: Props) => {
  const prefix = useId()
  return (
    <div
      role="group"
      aria-label={text.trigger.params}
      className="grid grid-cols-[fit-content(160px)_minmax(0,1fr)] items-start gap-x-3 gap-y-1.5 max-sm:grid-cols-1"
    >
      {fields.map((field) => {
        const id = `${prefix}${field.name}`
        const problem = problems[field.name]
        return (
          <div key={field.name} className="contents">
            <label htmlFor={id} title={field.name} className="flex min-h-7 min-w-24 items-center truncate max-sm:min-h-0">
              {field.label}
              {field.isNeeded && <span className="text-bad">&nbsp;*</span>}
            </label>
            <div className="min-w-0">
              <Input
                field={field}
                value={values[field.name] ?? field.initial}
                id={id}
                describedBy={`${id}-hint`}
                onChange={(value) => onChange(field.name, value)}
              />
              <p id={`${id}-hint`} className={`text-xs ${problem ? 'text-bad' : 'text-soft'}`}>
                {problem ?? field.description}
              </p>
            </div>
          </div>
        )
      })}
    </div>
  )
}
