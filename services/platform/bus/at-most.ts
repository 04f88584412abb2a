/** Maps with at most so many calls under way at once; keeps the order of the results. */
export const atMost = async <A, B>(limit: number, items: readonly A[], call: (item: A) => Promise<B>): Promise<B[]> => {
  const results = new Array<B>(items.length)
  let next = 0
  const worker = async (): Promise<void> => {
    for (let i = next++; i < items.length; i = next++) results[i] = await call(items[i] as A)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  return results
}
