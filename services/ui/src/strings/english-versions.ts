const count = (n: number, one: string): string => `${n.toLocaleString('en')} ${one}${n === 1 ? '' : 's'}`

/** Words of a DAG's versions and what lies between two of them. */
export const englishVersions = {
  title: 'Versions',
  version: (n: number) => `Version ${n}`,
  newest: 'Newest',
  comparedWith: 'Compared with',
  first: 'This is the first version: there is nothing to compare it with.',
  fields: 'The DAG itself',
  tasksAdded: (n: number) => `${count(n, 'task')} added`,
  tasksRemoved: (n: number) => `${count(n, 'task')} removed`,
  tasksChanged: (n: number) => `${count(n, 'task')} changed`,
  edges: 'Dependencies',
  source: 'Source',
  nothing: 'The definitions are the same: only the code of tasks differs.',
  sameSource: 'The text of the DAG’s file is the same; the code it imports differs.',
  sameCode: 'The file and its code are the same.',
  noSource: 'One of them came as data, not from a file: there is no text to compare.',
  before: 'Before',
  after: 'After',
  none: 'none',
  unchanged: (n: number) => `${n.toLocaleString('en')} unchanged line${n === 1 ? '' : 's'}`,
  changedLines: (added: number, removed: number) => `+${added} −${removed}`,
}
