import type { KeyMap } from '../core/context.ts'
import type { Fields, Json } from '../core/json.ts'
import type { Key, Row } from '../core/row.ts'
import { keepInput, readInput, type KeptInput } from '../store/kept-input.ts'
import { asFields, inputFinder, originsOf } from './input-finder.ts'
import type { Rows } from './steps.ts'

/** The inputs of rows that a step holds back: they come out with a later page, perhaps in another process. */
export interface HeldInputs {
  /** Keeps the inputs of rows that went in and did not come out. */
  readonly keep: (went: Rows, out: Rows, inputs: Rows) => void
  /** Returns the inputs of the rows that came out: those of the page, and those of earlier pages. */
  readonly join: (out: Rows, inputs: Rows) => Rows
}

/** The map encrypts what is in it. */
const asIs = (text: string): string => text

const nameOf = (key: Key): string => JSON.stringify(key)

/** @param map of the run's store, for secrets */
export const heldInputs = (map: KeyMap<Json>): HeldInputs => {
  const found = (key: Key): Row<unknown> | undefined => {
    for (const origin of originsOf(key)) {
      const [kept] = map.getAll([nameOf(origin)])
      if (kept !== undefined) return { key, value: readInput(kept as unknown as KeptInput, asIs) }
    }
    return undefined
  }
  return {
    keep(went, out, inputs) {
      const left = new Set(out.map(({ key }) => key))
      const find = inputFinder(inputs)
      const held = went.filter(({ key }) => !left.has(key))
      map.setAll(held.map(({ key, value }) => [nameOf(key), keptOf(find(key) ?? asFields(value))]))
    },
    join(out, inputs) {
      const find = inputFinder(inputs)
      // A row with a key of its own was made of no row, so it is its own input.
      const earlier = out.filter(({ key }) => find(key) === undefined).map(row => found(row.key) ?? row)
      return earlier.length > 0 ? [...inputs, ...earlier] : inputs
    },
  }
}

const keptOf = (input: Fields): Json => keepInput(input, asIs) as unknown as Json
