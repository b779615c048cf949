import { exactIntegers } from '../core/exact-json.ts'
import { kinds, type JsonRows, type TextBytes } from '../core/json-rows.ts'
import type { Fields } from '../core/json.ts'
import type { Row } from '../core/row.ts'
import type { JsonTable } from './json-table.ts'

/** Memory of some rows. It is used again for others, because new memory for each piece of a page costs more than a copy into it. */
interface Memory {
  bytes: Buffer
  objects: Uint32Array
  spans: Uint32Array
  kinds: Uint8Array
}

/** Of pieces at the beginning of a page, of which many may wait, and of others. */
const small: Memory[] = []
const large: Memory[] = []
const largestSmall = 64 * 1024
/** More are only in use if many listings are read at once. */
const mostSpare = 8

const nothing = (): Memory => ({
  bytes: Buffer.allocUnsafeSlow(0),
  objects: new Uint32Array(0),
  spans: new Uint32Array(0),
  kinds: new Uint8Array(0),
})

/**
 * Copies the rows of a table, with their keys.
 *
 * @param bytes from the start of the first object up to the byte after the last one
 * @param key name of the property with the key, which must be text
 * @returns undefined if a row has no such key
 */
export const unparsedRows = (table: JsonTable, bytes: Buffer, key: string): JsonRows | undefined => {
  const { names, count } = table
  const column = names.indexOf(key)
  if (column < 0) return undefined
  for (let row = 0; row < count; row++) {
    const value = row * names.length + column
    const isEmpty = table.spans[2 * value + 1]! - table.spans[2 * value]! === 2
    if (table.kinds[value] !== kinds.text || isEmpty) return undefined
  }
  const spare = bytes.length > largestSmall ? large : small
  const memory = spare.pop() ?? nothing()
  const values = count * names.length
  if (memory.bytes.length < bytes.length) memory.bytes = Buffer.allocUnsafeSlow(bytes.length + (bytes.length >> 2))
  if (memory.objects.length < 2 * count) memory.objects = new Uint32Array(3 * count)
  if (memory.kinds.length < values) {
    memory.kinds = new Uint8Array(2 * values)
    memory.spans = new Uint32Array(4 * values)
  }
  bytes.copy(memory.bytes)
  memory.objects.set(table.objects.subarray(0, 2 * count))
  memory.spans.set(table.spans.subarray(0, 2 * values))
  memory.kinds.set(table.kinds.subarray(0, values))
  return jsonRows(memory, names, column, count, bytes.length - 1, spare)
}

const jsonRows = (
  memory: Memory,
  names: readonly string[],
  /** The property with the key. */
  column: number,
  count: number,
  end: number,
  spare: Memory[],
): JsonRows => {
  const { bytes, spans } = memory
  const width = names.length
  const keys: TextBytes = {
    count,
    bytes,
    start: row => spans[2 * (row * width + column)]! + 1,
    end: row => spans[2 * (row * width + column) + 1]! - 1,
  }
  const name = names[column]!
  let rows: readonly Row<Fields>[] | undefined
  let isUsed = false
  const written = (): void => {
    if (!isUsed && spare.length < mostSpare) spare.push(memory)
    isUsed = true
  }
  return {
    ...memory,
    bytes: bytes.subarray(0, end + 1),
    count,
    names,
    keys,
    key: row => bytes.toString('utf8', keys.start(row), keys.end(row)),
    rows() {
      if (rows) return rows
      if (isUsed) throw new Error('These rows are written')
      const values = exactIntegers(`[${bytes.toString('utf8', 0, end)}]`) as readonly Fields[]
      rows = values.map(value => ({ key: value[name] as string, value }))
      written()
      return rows
    },
    written,
    get isUsed() {
      return isUsed
    },
  }
}
