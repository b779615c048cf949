type Headers = Readonly<Record<string, string>>

/** Merges sets of headers, ignoring case. The last value wins, under the first spelling of its name. */
export const mergeHeaders = (...sets: readonly Headers[]): Record<string, string> => {
  const names = new Map<string, string>()
  const merged: Record<string, string> = {}
  for (const set of sets)
    for (const name in set) {
      const lower = name.toLowerCase()
      const first = names.get(lower) ?? name
      names.set(lower, first)
      merged[first] = set[name] as string
    }
  return merged
}
