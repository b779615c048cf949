import type { Cursor } from '../directory/types.ts'

type Listed = { readonly id: string }

/** Number of last returned objects that are remembered. Any of them that still exists marks the position. */
const remembered = 8

/** The position after the first `end` objects of a list, by their ids: some may be deleted before the list is continued. */
export const placeAfter = (list: readonly Listed[], end: number): Cursor => ({
  n: end,
  last: list
    .slice(Math.max(0, end - remembered), end)
    .map(({ id }) => id)
    .reverse()
    .join(','),
})

/** The position in a rebuilt list: after the last returned object that still exists. */
export const placeIn = (list: readonly Listed[], from: Cursor | undefined): number => {
  if (!from) return 0
  const n = Number(from['n'])
  const last = String(from['last']).split(',')
  // The usual case: nothing has changed.
  if (list[n - 1]?.id === last[0]) return n
  for (const id of last) {
    const at = list.findIndex(one => one.id === id)
    if (at >= 0) return at + 1
  }
  // None of them exists any more. Start over: repeated objects are harmless, missing ones are not.
  return 0
}

/** Returns a page of a list in memory. */
export const pageIn = <T extends Listed>(
  list: readonly T[],
  limit: number,
  from: Cursor | undefined,
): { readonly items: readonly T[]; readonly cursor: Cursor | undefined } => {
  const at = placeIn(list, from)
  const end = at + limit
  return { items: list.slice(at, end), cursor: end < list.length ? placeAfter(list, end) : undefined }
}
