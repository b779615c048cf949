import { maxOrClauses } from '../../../data/filter-rules.ts'
import type { Keys, Range } from './range.ts'
import type { ShardKey } from './shard-key.ts'

/** Beyond this, objects with equal beginnings are read as one part. */
const longestStart = 60

/** Whether it can be divided: by more than one start, or by the characters after one. */
export const isDivisible = ({ starts = [], equals = [], not, isNull }: Range): boolean =>
  not === undefined && isNull === undefined && (starts.length > 0 || equals.length === 0) && !starts.some(isTooLong)

const isTooLong = (start: string): boolean => start.length >= longestStart

/**
 * Divides a part into parts that have no object in common, about `most` of them, or more if that is below what they can hold.
 * A part of several starts is divided among these, one of a single start by the characters that follow it.
 */
export const divided = (key: ShardKey, range: Range, most: number): readonly Range[] => {
  const { starts = [], equals = [] } = range
  if (starts.length + equals.length > 1) return dealt(range, most)
  const [start = ''] = starts
  const characters = [...key.characters, ...(start === '' ? '' : (key.later ?? ''))]
  return [
    ...dealt(
      { starts: characters.map(character => start + character), equals: key.ends && start !== '' ? [start] : [] },
      most,
    ),
    ...(start === '' && key.nullable ? [{ isNull: true, rows: 0 } as const] : []),
  ]
}

/** Deals keys out one by one, so that each part gets likely and unlikely ones. */
const dealt = ({ starts = [], equals = [] }: Keys, most: number): readonly Range[] => {
  const all = starts.length + equals.length
  const parts = Math.min(all, Math.max(2, most, Math.ceil(all / maxOrClauses)))
  const dealtTo = (keys: readonly string[], part: number, from: number): readonly string[] =>
    keys.filter((_, at) => (at + from) % parts === part)
  return Array.from({ length: parts }, (_, part) => {
    const [some, whole] = [dealtTo(starts, part, 0), dealtTo(equals, part, starts.length)]
    return { ...(some.length > 0 && { starts: some }), ...(whole.length > 0 && { equals: whole }), rows: 0 }
  })
}

/**
 * Joins small parts, so that few requests return few rows. Parts of more than twice `perPart` rows are to be divided again. Empty parts are
 * put where there is room for them, and left out if they would need requests of their own.
 *
 * @param keepsEmpty whether none is left out
 */
export const packed = (parts: readonly Range[], perPart: number, keepsEmpty: boolean): readonly Range[] => {
  const packs: Range[] = []
  for (const part of parts.toSorted((a, b) => b.rows - a.rows)) {
    if (part.rows > 2 * perPart) packs.push(isDivisible(part) ? { ...part, perPart } : part)
    else {
      const at = packs.findIndex(pack => fits(pack, part, perPart))
      if (at >= 0) packs[at] = together(packs[at]!, part)
      else if (part.rows > 0 || part.isNull || keepsEmpty) packs.push(part)
    }
  }
  return packs.toSorted((a, b) => b.rows - a.rows)
}

const clausesOf = ({ starts = [], equals = [] }: Keys): number => starts.length + equals.length

const fits = (a: Range, b: Range, perPart: number): boolean =>
  (b.rows === 0 ? a.perPart === undefined : a.rows + b.rows <= perPart) &&
  clausesOf(a) > 0 &&
  clausesOf(b) > 0 &&
  clausesOf(a) + clausesOf(b) <= maxOrClauses &&
  a.not === undefined &&
  b.not === undefined

const together = (a: Range, b: Range): Range => {
  const { starts, equals } = allOf([a, b])
  return { ...(starts.length > 0 && { starts }), ...(equals.length > 0 && { equals }), rows: a.rows + b.rows }
}

/** The keys of several parts. */
export const allOf = (parts: readonly Range[]): Required<Keys> => ({
  starts: parts.flatMap(({ starts = [] }) => starts),
  equals: parts.flatMap(({ equals = [] }) => equals),
})
