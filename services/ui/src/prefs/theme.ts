import { storedChoice } from './stored-choice.ts'

export const themeChoice = storedChoice('millrace.theme', ['system', 'light', 'dark'])

const systemDark = window.matchMedia('(prefers-color-scheme: dark)')

/** Keeps `data-theme` of the document at the choice, and at the system's theme while the choice is `system`. */
export const applyTheme = (): void => {
  const apply = (): void => {
    const choice = themeChoice.get()
    document.documentElement.dataset.theme = choice === 'system' ? (systemDark.matches ? 'dark' : 'light') : choice
  }
  apply()
  themeChoice.subscribe(apply)
  systemDark.addEventListener('change', apply)
}
