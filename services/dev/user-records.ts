/** A user as the example's HTTP API tells it: the part of randomuser.me's shape that example 02 reads. */
export interface UserRecord {
  readonly name: { readonly first: string; readonly last: string }
  readonly location: { readonly country: string }
  readonly login: { readonly username: string; readonly password: string }
  readonly email: string
}

const firstNames = [
  'Ada',
  'Grace',
  'Alan',
  'Edsger',
  'Barbara',
  'Donald',
  'Radia',
  'Leslie',
  'Frances',
  'Niklaus',
  'Margaret',
  'Ken',
  'Jean',
  'Tony',
  'Karen',
  'Dennis',
  'Hedy',
  'Vint',
  'Annie',
  'Claude',
  'Zoë',
  'José',
  'Sørén',
]
const lastNames = [
  'Byron',
  'Hopper',
  'Turing',
  'Dijkstra',
  'Liskov',
  'Knuth',
  'Perlman',
  'Lamport',
  'Allen',
  'Wirth',
  'Hamilton',
  'Thompson',
  'Bartik',
  'Hoare',
  "O'Neill",
  'Ritchie',
  'Lamarr',
  'Cerf',
  'Easley',
  'Shannon',
  'Núñez',
]
const countries = ['Norway', 'Portugal', 'Japan', 'Brazil', 'Kenya', 'Canada', 'India', 'New Zealand', 'Germany', 'Chile', 'Vietnam', 'Ghana', 'Korea, South']

const pick = (list: readonly string[], index: number): string => list[index % list.length] as string

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[^a-zA-Z]/g, '')
    .toLowerCase()

const record = (index: number): UserRecord => {
  const first = pick(firstNames, index)
  const last = pick(lastNames, index * 5 + Math.floor(index / firstNames.length))
  const username = `${plain(first)}${plain(last)}${100 + index}`
  return {
    name: { first, last },
    location: { country: pick(countries, index * 7 + 3) },
    login: { username, password: `example-${((index * 7919 + 104_729) % 1_000_003).toString(36)}` },
    email: `${plain(first)}.${plain(last)}.${index}@example.com`,
  }
}

/** The same records at every start, with unique user names and e-mail addresses; some hold accents, quotes and commas. */
export const userRecords: readonly UserRecord[] = Array.from({ length: 420 }, (_, index) => record(index))
