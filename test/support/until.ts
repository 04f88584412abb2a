/** Waits for what no event tells (a row in Postgres, a file): looks again and again, with a deadline. */
export const until = async (what: string, holds: () => boolean | Promise<boolean>, limitMs = 20_000, everyMs = 20): Promise<void> => {
  const end = Date.now() + limitMs
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`not within ${limitMs / 1000} s: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}
