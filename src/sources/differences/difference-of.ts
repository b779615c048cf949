import { isDeepStrictEqual } from 'node:util'
import type { Joined } from '../../core/sorted.ts'
import type { Difference } from './layout.ts'
import type { RowCodec } from './row-codec.ts'

/** Compares the rows of a key. Undefined if they are equal. A missing value equals null. */
export const differenceOf = (
  [before, after]: Joined,
  properties: readonly string[],
  { decode }: RowCodec,
): Difference | undefined => {
  if (!before) return { change: 'added', properties, old: undefined, new: decode(after.bytes) }
  if (!after) return { change: 'removed', properties, old: decode(before.bytes), new: undefined }
  if (before.bytes.equals(after.bytes)) return undefined
  const [old, now] = [decode(before.bytes), decode(after.bytes)]
  const differing = properties.filter(name => !isDeepStrictEqual(old.get(name) ?? null, now.get(name) ?? null))
  return differing.length === 0 ? undefined : { change: 'changed', properties: differing, old, new: now }
}
