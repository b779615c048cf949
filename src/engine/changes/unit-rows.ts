import type { Units } from '../../core/supply.ts'

/** Rows that take or free units, as far as they have no result yet. */
export interface UnitRows {
  /** Adds a row, once and in any order. */
  add(ordinal: number, units: Units): void
  /** The row has a result. */
  settled(ordinal: number): void
  /** The units of a row without a result; undefined for any other one. */
  of(ordinal: number): Units | undefined
  /** The rows in the order of intake. */
  inOrder(): Iterable<readonly [ordinal: number, units: Units]>
  /** Number of rows that take a unit, by id. */
  readonly takes: ReadonlyMap<string, number>
  /** Number of rows that free one. */
  readonly frees: ReadonlyMap<string, number>
}

/** Rows of one piece. */
const pieceRows = 4096

const nothing: Units = { takes: [], frees: [] }

/** Holds two bytes for each row from the first to the last one: a run may have millions. */
export const unitRows = (): UnitRows => {
  /** Different units, which many rows share. The first means that a row has none. */
  const kinds: Units[] = [nothing]
  const kindOf = new Map<string, number>()
  const counts = { takes: new Map<string, number>(), frees: new Map<string, number>() }
  /** The kinds of rows by ordinal. */
  const pieces = new Map<number, Uint16Array | Uint32Array>()

  const numberOf = (units: Units): number => {
    const name = `${units.takes.join()}|${units.frees.join()}`
    const known = kindOf.get(name)
    if (known !== undefined) return known
    kindOf.set(name, kinds.push({ takes: [...units.takes], frees: [...units.frees] }) - 1)
    return kinds.length - 1
  }
  const count = ({ takes, frees }: Units, by: 1 | -1): void => {
    for (const id of takes) counts.takes.set(id, (counts.takes.get(id) ?? 0) + by)
    for (const id of frees) counts.frees.set(id, (counts.frees.get(id) ?? 0) + by)
  }
  const kindAt = (ordinal: number): number => pieces.get(Math.floor(ordinal / pieceRows))?.[ordinal % pieceRows] ?? 0
  const put = (ordinal: number, kind: number): void => {
    const at = Math.floor(ordinal / pieceRows)
    let piece = pieces.get(at) ?? new Uint16Array(pieceRows)
    if (kind > 0xffff && piece.BYTES_PER_ELEMENT === 2) piece = Uint32Array.from(piece)
    piece[ordinal % pieceRows] = kind
    pieces.set(at, piece)
  }

  return {
    ...counts,
    add(ordinal, units) {
      if (units.takes.length + units.frees.length === 0) return
      put(ordinal, numberOf(units))
      count(units, 1)
    },
    settled(ordinal) {
      const kind = kindAt(ordinal)
      if (kind === 0) return
      count(kinds[kind]!, -1)
      put(ordinal, 0)
    },
    of(ordinal) {
      const kind = kindAt(ordinal)
      return kind === 0 ? undefined : kinds[kind]
    },
    *inOrder() {
      for (const at of [...pieces.keys()].sort((a, b) => a - b))
        for (const [place, kind] of pieces.get(at)!.entries())
          if (kind !== 0) yield [at * pieceRows + place, kinds[kind]!]
    },
  }
}
