import type { ButtonHTMLAttributes } from 'react'
import { classNames } from './class-names.ts'

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'main' | 'plain' | 'quiet'
  /** Only an icon: square, and `aria-label` is needed. */
  readonly square?: boolean
}

const looks = {
  main: 'bg-ink text-canvas hover:opacity-90 font-medium',
  plain: 'border border-line bg-raised hover:bg-hover',
  quiet: 'text-soft hover:bg-hover hover:text-ink',
} as const

/** The one button. */
export const Button = ({ look = 'plain', square = false, className, type = 'button', ...rest }: Props) => (
  <button
    type={type}
    className={classNames(
      'inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-md whitespace-nowrap select-none disabled:cursor-default disabled:opacity-50',
      square ? 'w-7' : 'px-2.5',
      looks[look],
      className,
    )}
    {...rest}
  />
)
