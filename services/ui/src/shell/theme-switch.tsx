import { Button } from '../parts/button.tsx'
import { Icon } from '../parts/icon.tsx'
import { themeChoice } from '../prefs/theme.ts'
import { useChoice } from '../prefs/use-choice.ts'
import { text } from '../strings/text.ts'

const next = { system: 'light', light: 'dark', dark: 'system' } as const
const icons = { system: 'system', light: 'sun', dark: 'moon' } as const

/** System, light, dark, in turn. */
export const ThemeSwitch = () => {
  const theme = useChoice(themeChoice)
  const label = `${text.theme.label}: ${text.theme[theme]}`
  return (
    <Button look="quiet" square aria-label={label} title={label} onClick={() => themeChoice.set(next[theme])}>
      <Icon name={icons[theme]} />
    </Button>
  )
}
