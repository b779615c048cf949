/**
 * Parses numbers of a list: `1,3-5`, `all` or `none`.
 *
 * @param most the last number
 * @returns indexes from 0, in the order of the list; or a sentence about what is wrong
 */
export const chosenNumbers = (answer: string, most: number): readonly number[] | string => {
  const text = answer.trim().toLowerCase()
  if (text === 'none') return []
  if (text === 'all') return Array.from({ length: most }, (_, at) => at)
  const chosen = new Set<number>()
  for (const part of text.split(/[\s,]+/).filter(Boolean)) {
    const found = /^(\d+)(?:-(\d+))?$/.exec(part)
    if (!found) return `Expected numbers such as 1,3-5, all or none, got ${JSON.stringify(part)}.`
    const [first, last] = [Number(found[1]), Number(found[2] ?? found[1])]
    if (first < 1 || last > most || first > last) return `Expected numbers from 1 to ${most}, got ${part}.`
    for (let at = first; at <= last; at++) chosen.add(at - 1)
  }
  return chosen.size === 0 ? 'Expected numbers such as 1,3-5, all or none.' : [...chosen].sort((a, b) => a - b)
}
