import { allOf, divided, packed } from './division.ts'
import type { Range } from './range.ts'
import type { ShardKey } from './shard-key.ts'

/** How a listing is divided. */
interface Splitting {
  readonly key: ShardKey
  /** Counts parts, all at once. Undefined for what the service does not count. */
  readonly count: (parts: readonly Range[]) => Promise<readonly (number | undefined)[]>
  /** Whether a part of this kind can be read: an advanced query of a length that the service accepts. */
  readonly canRead: (part: Range) => boolean
}

/** How often parts are counted again that do not add up, since objects change and the index lags. */
const mostRecounts = 2

const sum = (rows: readonly number[]): number => rows.reduce((all, one) => all + one, 0)

/**
 * Divides a part into parts of about `perPart` rows, the largest first. The parts stand if they have as many objects as the whole. Else what is in
 * none of them is a part of its own, which stands if it has those that are missing, except for as many as have changed meanwhile. Returns
 * undefined if neither holds: the part is then read as a whole.
 */
export const splitRange = async (
  { key, count, canRead }: Splitting,
  range: Range,
  perPart: number,
): Promise<readonly Range[] | undefined> => {
  const parts = divided(key, range, Math.ceil((1.5 * range.rows) / perPart) + 2).filter(canRead)
  const counted = async (asked: readonly Range[]): Promise<{ whole: number; rows: readonly number[] } | undefined> => {
    const found = await count([range, ...asked])
    const known = found.filter(one => one !== undefined)
    if (known.length < asked.length + 1) return undefined
    return { whole: known[0]!, rows: known.slice(1) }
  }
  let last = await counted(parts)
  for (let recounts = 0; last && sum(last.rows) < last.whole && recounts < mostRecounts; recounts++)
    last = await counted(parts)
  if (!last) return undefined
  const { rows } = last
  const isWhole = !range.starts && !range.equals
  const found = parts.map((part, at): Range => ({ ...part, rows: rows[at]! }))
  if (sum(rows) >= last.whole) return packed(found, perPart, isWhole)

  const { kept, rest } = withRest(range, found, canRead)
  if (!rest) return undefined
  const again = await counted([...kept, rest])
  if (!again) return undefined
  const changed =
    Math.abs(again.whole - last.whole) + sum(kept.map((part, at) => Math.abs(again.rows[at]! - part.rows)))
  const isMost = again.rows.at(-1)! > 0.9 * again.whole
  if (isMost || sum(again.rows) + changed < again.whole) return undefined
  return packed(
    [...kept, rest].map((part, at) => ({ ...part, rows: again.rows[at]! })),
    perPart,
    true,
  )
}

/** The parts that have objects, the largest first, and what is in none of them: in the longest query that can be sent. */
const withRest = (
  { starts, equals }: Range,
  parts: readonly Range[],
  canRead: (part: Range) => boolean,
): { readonly kept: readonly Range[]; readonly rest?: Range } => {
  const rest = (kept: readonly Range[]): Range => ({
    ...(starts && { starts }),
    ...(equals && { equals }),
    not: allOf(kept),
    rows: 0,
  })
  const lost = parts.filter(part => part.isNull)
  const some = parts.filter(part => part.rows > 0 && !part.isNull).toSorted((a, b) => b.rows - a.rows)
  for (let most = some.length; most > 0; most--) {
    const kept = some.slice(0, most)
    // An object without a key is not among those that do not begin with something.
    if (canRead(rest(kept))) return { kept: [...kept, ...lost], rest: rest(kept) }
  }
  return { kept: [] }
}
