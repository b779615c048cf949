import { ByteWriter } from 'hyparquet-writer'
import { writeRleBitPackedHybrid } from 'hyparquet-writer/src/encoding.js'
import type { ColumnType } from '../../core/column-type.ts'
import { chunkWriter, type GroupColumn } from './column-chunk.ts'
import { textValues } from './text-values.ts'

const nothing = new Uint8Array()

const encoded = (levels: number[], bits: number): Uint8Array => {
  const out = new ByteWriter(256)
  writeRleBitPackedHybrid(out, levels, bits)
  return out.getBytes()
}

/**
 * A column of texts. Most columns are, and the library's way, a byte array for each value, takes most of the time and memory of an export:
 * see docs/decisions/parquet.md.
 */
export const textColumn = (name: string, type: ColumnType): GroupColumn => {
  const texts = textValues()
  /** 1 for a text, 0 for none. */
  let there: number[] = []
  let nulls = 0
  return {
    add(values, from, to) {
      for (let at = from; at < to; at++) {
        const value = values[at] as string | null
        if (value === null) {
          there.push(0)
          nulls++
        } else {
          there.push(1)
          texts.add(value)
        }
      }
    },
    write(out) {
      const chunk = chunkWriter(out, name, type)
      const dictionary = texts.dictionary()
      if (dictionary) chunk.dictionary(dictionary.page, dictionary.texts)
      chunk.data({
        encoding: dictionary ? 'RLE_DICTIONARY' : 'PLAIN',
        values: texts.values(),
        repetition: nothing,
        definition: encoded(there, 1),
        counts: { num_values: there.length, num_nulls: nulls, num_rows: there.length },
      })
      const end = chunk.end(there.length)
      texts.clear()
      there = []
      nulls = 0
      return end
    },
  }
}

/** A column of lists of texts. */
export const textListColumn = (name: string, type: ColumnType): GroupColumn => {
  const texts = textValues()
  /** 0 begins a row, 1 continues its list. */
  let repeated: number[] = []
  /** 0 for no list, 1 for an empty one, 2 for an item that is null, 3 for a text. */
  let there: number[] = []
  let rows = 0
  let nulls = 0
  const level = (repetition: number, definition: number): void => {
    repeated.push(repetition)
    there.push(definition)
    if (definition < 3) nulls++
  }
  return {
    add(values, from, to) {
      rows += to - from
      for (let at = from; at < to; at++) {
        const list = values[at] as readonly (string | null)[] | null
        if (list === null) level(0, 0)
        else if (list.length === 0) level(0, 1)
        else
          for (let item = 0; item < list.length; item++) {
            const text = list[item]!
            level(item === 0 ? 0 : 1, text === null ? 2 : 3)
            if (text !== null) texts.add(text)
          }
      }
    },
    write(out) {
      const chunk = chunkWriter(out, name, type)
      const dictionary = texts.dictionary()
      if (dictionary) chunk.dictionary(dictionary.page, dictionary.texts)
      chunk.data({
        encoding: dictionary ? 'RLE_DICTIONARY' : 'PLAIN',
        values: texts.values(),
        repetition: encoded(repeated, 1),
        definition: encoded(there, 2),
        counts: { num_values: there.length, num_nulls: nulls, num_rows: rows },
      })
      const end = chunk.end(there.length)
      texts.clear()
      repeated = []
      there = []
      rows = 0
      nulls = 0
      return end
    },
  }
}
