import { EntrapipeError } from '../../core/errors.ts'
import { joined } from '../../core/joined.ts'
import type { SortedEntry } from '../../core/sorted.ts'
import type { Side } from './read-side.ts'
import type { RowCodec } from './row-codec.ts'

/**
 * The rows of an input in the order of their keys. A listing may return an object twice: the later row then counts.
 *
 * @throws EntrapipeError `INPUT_MALFORMED` if two rows have the same key
 */
export function* inOrder(side: Side, key: readonly string[], codec: RowCodec): Generator<SortedEntry, void, void> {
  const idOf = ({ bytes }: SortedEntry): unknown => codec.decode(bytes).get('id')
  let held: SortedEntry | undefined
  for (const entry of side.sorter.sorted()) {
    if (held && held.key !== entry.key) yield held
    else if (held) {
      const isListing = side.unit === undefined
      if (!isListing || idOf(held) !== idOf(entry))
        throw repeated(side, key, isListing ? [idOf(held), idOf(entry)] : [held.at, entry.at])
    }
    held = entry
  }
  if (held) yield held
}

const repeated = ({ unit, name }: Side, key: readonly string[], rows: readonly unknown[]): EntrapipeError => {
  const [first, second] = rows.map(String)
  const where =
    unit === undefined ? `${first} and ${second}` : `${unit[0]!.toUpperCase()}${unit.slice(1)}s ${first} and ${second}`
  return new EntrapipeError(
    'INPUT_MALFORMED',
    `${where} of ${name} have the same key (${joined(key)}), so their rows cannot be told apart.`,
    { fix: 'Name columns with `key` that together identify a row, or remove one of the two.' },
  )
}
