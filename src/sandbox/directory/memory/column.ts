import type { Memory } from './memory.ts'

/** Numbers by row, 0 where none was set. */
interface Column {
  get(row: number): number
  set(row: number, value: number): void
}

type Type = Float64ArrayConstructor | Uint32ArrayConstructor | Int32ArrayConstructor | Uint8ArrayConstructor

const bits = 16
const mask = 2 ** bits - 1
/** Rows of a column that has few: there are many columns. */
const fewest = 2 ** 8

/**
 * Creates a column of a memory. It grows in pieces of 65,536 rows, so that no growth copies what is there. The first piece doubles until
 * it has as many.
 *
 * @param isLog rows are set in ascending order and then never change, so that only the last piece is copied when it is saved
 */
export const column = (memory: Memory, name: string, type: Type, isLog = false): Column => {
  let pieces: InstanceType<Type>[] = []
  memory.add(name, {
    save: () =>
      Array.from(pieces, (piece: InstanceType<Type> | undefined, index) => {
        if (!piece) return new Uint8Array(0)
        const whole = new Uint8Array(piece.buffer, piece.byteOffset, piece.byteLength)
        return isLog && index < pieces.length - 1 ? whole : whole.slice()
      }),
    load(saved) {
      pieces = []
      for (const [index, { buffer, byteLength }] of saved.entries())
        if (byteLength > 0) pieces[index] = new type(buffer as ArrayBuffer)
    },
  })
  const grown = (piece: InstanceType<Type> | undefined, index: number, at: number): InstanceType<Type> => {
    const longer = new type(index > 0 ? 2 ** bits : Math.max(fewest, 2 ** Math.ceil(Math.log2(at + 1))))
    if (piece) longer.set(piece)
    return (pieces[index] = longer)
  }
  return {
    get: row => pieces[row >>> bits]?.[row & mask] ?? 0,
    set(row, value) {
      const index = row >>> bits
      const at = row & mask
      const piece = pieces[index]
      if (piece && at < piece.length) piece[at] = value
      else grown(piece, index, at)[at] = value
    },
  }
}

/** As `column`, of whole numbers below 2^32. */
export const words = (memory: Memory, name: string, isLog = false): Column => column(memory, name, Uint32Array, isLog)

/** As `column`, of whole numbers below 256. */
export const bytes = (memory: Memory, name: string, isLog = false): Column => column(memory, name, Uint8Array, isLog)
