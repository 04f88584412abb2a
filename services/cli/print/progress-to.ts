interface Terminal {
  readonly isTTY?: boolean
  write(text: string): unknown
}

/** On a terminal each line takes the place of the one before; elsewhere a line is written when its number of tenths changes, so that a log stays short. */
export const progressTo = (terminal: Terminal): ((text: string | null) => void) => {
  let shown: string | null = null
  const tenthOf = (text: string | null): string | null => / (\d*)\d%/.exec(text ?? '')?.[1] ?? text
  return (text) => {
    if (terminal.isTTY) {
      if (text !== null) terminal.write(`\r\u001b[2K${text}`)
      else if (shown !== null) terminal.write('\n')
    } else if (text !== null && (shown === null || tenthOf(shown) !== tenthOf(text))) terminal.write(`${text}\n`)
    shown = text
  }
}
