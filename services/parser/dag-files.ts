/** Which files of a DAG folder are DAG files. Paths are relative to the folder, with slashes. */
export const ignoreFileName = '.millraceignore'

/** Folders that are never looked into, for DAG files or for what they import. */
export const isHiddenFolder = (path: string): boolean =>
  path.split('/').some((part) => part === 'node_modules' || (part.startsWith('.') && part !== '.' && part !== '..' && part !== ignoreFileName))

export type Ignores = (path: string) => boolean

/** `.ts`, `.js` or `.mjs`, or a DAG as data (`.yaml`, `.yml`, `.json`), and no name on its way that begins with `_` or a dot: those are for what DAG files share. */
export const isDagFile = (path: string, ignores: Ignores): boolean => {
  if (isHiddenFolder(path) || !/\.(ts|js|mjs|ya?ml|json)$/.test(path) || path.endsWith('.d.ts')) return false
  return !path.split('/').some((part) => part.startsWith('_') || part.startsWith('.')) && !ignores(path)
}

/** Reads `.millraceignore`: a glob on each line as in `.gitignore` (`*`, `**`, `?`, a slash at the end for folders, `!` for exceptions, `#` for comments). */
export const readIgnores = (text: string): Ignores => {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => ({ keeps: line.startsWith('!'), pattern: globPattern(line.replace(/^!/, '')) }))
  return (path) => rules.reduce((ignored, { keeps, pattern }) => (pattern.test(path) ? !keeps : ignored), false)
}

const globPattern = (glob: string): RegExp => {
  const anchored = glob.replace(/\/$/, '').includes('/')
  const body = glob
    .replace(/^\//, '')
    .replace(/\/$/, '')
    .replaceAll(/\*\*\/|\*\*|\*|\?|[\\^$.+()[\]{}|]/g, (part) => ({ '**/': '(?:.*/)?', '**': '.*', '*': '[^/]*', '?': '[^/]' })[part] ?? `\\${part}`)
  return new RegExp(`^${anchored ? '' : '(?:.*/)?'}${body}${glob.endsWith('/') ? '/' : '(?:/|$)'}`)
}
