/** Host, port and database of a URL, without user and password: for messages. */
export const databasePlace = (databaseUrl: string): string => {
  try {
    const { host, pathname } = new URL(databaseUrl)
    return `${host || 'localhost'}${pathname}`
  } catch {
    return 'DATABASE_URL'
  }
}
