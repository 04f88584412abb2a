interface Props {
  readonly value: unknown
}

/** A JSON value for reading; a text is shown as it is. */
export const JsonText = ({ value }: Props) => (
  <pre className="max-h-80 overflow-auto rounded-md bg-surface p-2 font-mono text-xs whitespace-pre-wrap break-words">
    {typeof value === 'string' ? value : JSON.stringify(value, null, 2)}
  </pre>
)
