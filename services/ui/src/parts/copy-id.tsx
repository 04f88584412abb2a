import { useEffect, useState } from 'react'
import { text } from '../strings/text.ts'
import { Icon } from './icon.tsx'

interface Props {
  readonly value: string
  /** What it is, for the label: "run id". */
  readonly what: string
  /** A shorter text that stands for it. */
  readonly shown?: string
}

/** A monospace id, copied by a click. */
export const CopyId = ({ value, what, shown }: Props) => {
  const [copied, setCopied] = useState(false)
  useEffect(() => {
    if (!copied) return
    const timer = setTimeout(() => setCopied(false), 1200)
    return () => clearTimeout(timer)
  }, [copied])
  const copy = (): void => {
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      // Without the permission the text can still be selected by hand.
      () => setCopied(false),
    )
  }
  return (
    <button
      type="button"
      title={value}
      aria-label={text.copyId(what, value)}
      onClick={copy}
      className="group inline-flex max-w-full items-center gap-1 rounded hover:text-accent"
    >
      <span className="truncate font-mono text-xs">{shown ?? value}</span>
      <span className={copied ? 'text-accent' : 'text-faint opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100'}>
        <Icon name={copied ? 'check' : 'copy'} size={12} />
      </span>
    </button>
  )
}
