import { columnsOf, type Fields } from '../../core/json.ts'
import { cellText } from '../../formats/cell.ts'

/** Values by column. */
export type Values = ReadonlyMap<string, unknown>

/** Turns rows into text and back. Equal texts are equal rows. */
export interface RowCodec {
  encode(row: Fields): string
  decode(text: Buffer): Values
}

/** The columns of rows in the order of their names, which two inputs share whatever their own order is. */
interface Shape {
  readonly own: readonly string[]
  readonly number: number
  readonly kept: readonly string[]
}

/** As a CSV is written unless an option says otherwise. */
const cells = { arraySeparator: ';', nulls: '' }

/** A value as the text of a CSV cell. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : cellText(value, cells))

/**
 * @param isKept which columns are kept
 * @param asText whether values become the text of a cell
 */
export const rowCodec = (isKept: (name: string) => boolean, asText: boolean): RowCodec => {
  const numbers = new Map<string, number>()
  const layouts: (readonly string[])[] = []
  let last: Shape | undefined
  const shapeOf = (own: readonly string[]): Shape => {
    const kept = own.filter(isKept).toSorted()
    const text = JSON.stringify(kept)
    const number = numbers.get(text) ?? layouts.push(kept) - 1
    numbers.set(text, number)
    return { own, number, kept }
  }
  return {
    encode(row) {
      const names = columnsOf(row)
      // Rows of a file mostly have the same columns.
      if (last?.own.length !== names.length || names.some((name, at) => name !== last!.own[at])) last = shapeOf(names)
      const { number, kept } = last!
      const list: unknown[] = [number]
      for (const name of kept) list.push(asText ? textOf(row[name]) : row[name])
      return JSON.stringify(list)
    },
    decode(text) {
      const [number, ...values] = JSON.parse(text.toString()) as [number, ...unknown[]]
      return new Map(layouts[number]!.map((name, at) => [name, values[at]]))
    },
  }
}
