import { kinds, odd } from '../core/json-rows.ts'
import { hasName, isMark, markOf, type NameMark } from './json-names.ts'
import { tableMemory, type TableMemory } from './table-memory.ts'

/**
 * Finds objects in a list of JSON, and the value of each property, without making objects of them. What it accepts is proven to
 * be JSON: everything is checked as a parser does.
 *
 * Only compact text is accepted: no spaces between values, no escapes in names, no name twice in an object. Anything else is for
 * the parser, which also says what is wrong with text that is no JSON.
 */
export interface JsonTable {
  /** The properties that objects have had so far. */
  readonly names: readonly string[]
  /** Number of objects found since the last `clear`. */
  readonly count: number
  /** As in `JsonRows`, relative to the start of the first object. Valid until the next call. */
  readonly objects: Uint32Array
  readonly spans: Uint32Array
  readonly kinds: Uint8Array
  clear(): void
  /**
   * Finds objects from `start`, at least up to `stop`, to the end of an object.
   *
   * @returns where the comma or bracket after it is; -1 if the text is not accepted, and the table is then not valid
   */
  find(bytes: Uint8Array, start: number, stop: number): number
}

/** Objects with more properties are for the parser. */
const mostNames = 256
/** Lists and objects in values may be this deep. */
const deepest = 32

const quote = 0x22
const comma = 0x2c
const colon = 0x3a
const backslash = 0x5c
const openList = 0x5b
const closeList = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/** 1 for bytes that stand for themselves in a text. */
const plain = new Uint8Array(256).fill(1)
plain.fill(0, 0, 0x20)
plain[quote] = plain[backslash] = 0
/** 1 for the letter after a backslash, 2 if `JSON.stringify` would not write it. */
const escapes = new Uint8Array(256)
for (const letter of '"\\bfnrt') escapes[letter.charCodeAt(0)] = 1
escapes['/'.charCodeAt(0)] = 2
const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39
const isHex = (byte: number | undefined): boolean =>
  isDigit(byte) || (byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66)

/** Set by the functions below, which return the end of a value or -1: its kind, and whether `JSON.stringify` would write it otherwise. */
let kind = 0
let isOdd = false

/** @param at after the first quote */
const endOfText = (bytes: Uint8Array, at: number): number => {
  while (plain[bytes[at]!] === 1) at++
  if (bytes[at] === quote) {
    kind = kinds.text
    return at + 1
  }
  return endOfEscaped(bytes, at)
}

/** As `endOfText`, four bytes at once. */
const endOfTextIn = (bytes: Uint8Array, view: DataView, at: number): number => {
  const last = bytes.length - 4
  while (at <= last) {
    const word = view.getUint32(at, true)
    const quotes = word ^ 0x22222222
    const slashes = word ^ 0x5c5c5c5c
    const found =
      ((quotes - 0x01010101) & ~quotes) | ((slashes - 0x01010101) & ~slashes) | ((word - 0x20202020) & ~word)
    if ((found & 0x80808080) !== 0) break
    at += 4
  }
  return endOfText(bytes, at)
}

const endOfEscaped = (bytes: Uint8Array, at: number): number => {
  kind = kinds.escaped
  for (;;) {
    while (plain[bytes[at]!] === 1) at++
    if (bytes[at] === quote) return at + 1
    if (bytes[at] !== backslash) return -1
    const letter = bytes[at + 1]!
    if (letter === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit++) if (!isHex(bytes[digit])) return -1
      isOdd = true
      at += 6
    } else if (escapes[letter]! > 0) {
      if (escapes[letter] === 2) isOdd = true
      at += 2
    } else return -1
  }
}

const endOfDigits = (bytes: Uint8Array, at: number): number => {
  if (!isDigit(bytes[at])) return -1
  while (isDigit(bytes[at])) at++
  return at
}

const endOfNumber = (bytes: Uint8Array, start: number): number => {
  kind = kinds.number
  const isNegative = bytes[start] === 0x2d
  const first = isNegative ? start + 1 : start
  const isZero = bytes[first] === 0x30
  let at = isZero ? first + 1 : endOfDigits(bytes, first)
  if (at < 0) return -1
  // JavaScript has whole numbers of 15 digits exactly, and writes them alike.
  if (at - first > 15 || (isZero && isNegative)) isOdd = true
  if (bytes[at] === 0x2e) {
    isOdd = true
    at = endOfDigits(bytes, at + 1)
    if (at < 0) return -1
  }
  if (bytes[at] === 0x65 || bytes[at] === 0x45) {
    isOdd = true
    const isSigned = bytes[at + 1] === 0x2b || bytes[at + 1] === 0x2d
    at = endOfDigits(bytes, isSigned ? at + 2 : at + 1)
  }
  return at
}

const endOfWord = (bytes: Uint8Array, at: number, word: string): number => {
  for (let letter = 1; letter < word.length; letter++) if (bytes[at + letter] !== word.charCodeAt(letter)) return -1
  return at + word.length
}

const endOfValue = (bytes: Uint8Array, at: number, depth: number): number => {
  const first = bytes[at]
  if (first === quote) return endOfText(bytes, at + 1)
  if (first === 0x6e) {
    kind = kinds.nothing
    return endOfWord(bytes, at, 'null')
  }
  if (first === 0x74 || first === 0x66) {
    kind = kinds.boolean
    return endOfWord(bytes, at, first === 0x74 ? 'true' : 'false')
  }
  if (first === openList || first === openObject) {
    const end =
      depth === 0 ? -1 : first === openList ? endOfList(bytes, at, depth - 1) : endOfObject(bytes, at, depth - 1)
    kind = kinds.nested
    return end
  }
  return endOfNumber(bytes, at)
}

/** `null` */
const nullWord = 0x6c6c756e

const endOfList = (bytes: Uint8Array, at: number, depth: number): number => {
  if (bytes[at + 1] === closeList) return at + 2
  do {
    at = endOfValue(bytes, at + 1, depth)
    if (at < 0) return -1
  } while (bytes[at] === comma)
  return bytes[at] === closeList ? at + 1 : -1
}

const endOfObject = (bytes: Uint8Array, at: number, depth: number): number => {
  if (bytes[at + 1] === closeObject) return at + 2
  const names: number[] = []
  do {
    const start = at + 2
    if (bytes[at + 1] !== quote) return -1
    at = endOfText(bytes, start)
    if (at < 0 || bytes[at] !== colon) return -1
    // A parser puts whole numbers first, and keeps one of equal names.
    if (kind !== kinds.text || isDigit(bytes[start]) || hasName(bytes, names, start, at - 1)) isOdd = true
    names.push(start, at - 1)
    at = endOfValue(bytes, at + 1, depth)
    if (at < 0) return -1
  } while (bytes[at] === comma)
  return bytes[at] === closeObject ? at + 1 : -1
}

/** @param memory grows to its largest use, which is kept */
export const jsonTable = (memory: TableMemory = tableMemory()): JsonTable => {
  let names: string[] = []
  /** Each name as it is in the text: with quotes and the colon. */
  let marks: NameMark[] = []
  let count = 0
  let { objects, spans, kinds: found } = memory

  const grow = (rows: number): void => {
    const values = rows * names.length
    if (2 * rows <= objects.length && 2 * values <= spans.length && values <= found.length) return
    memory.grow(rows, values)
    ;({ objects, spans, kinds: found } = memory)
  }

  /** The place of the name at `at`, which is not the expected one; -1 if the text is not accepted. */
  const placeOf = (bytes: Uint8Array, at: number): number => {
    if (bytes[at] !== quote) return -1
    const end = endOfText(bytes, at + 1)
    if (end < 0 || kind !== kinds.text || bytes[end] !== colon || end === at + 2) return -1
    const name = Buffer.from(bytes.subarray(at + 1, end - 1)).toString('utf8')
    const place = names.indexOf(name)
    if (place >= 0) return place
    if (names.length === mostNames || name === '__proto__' || isDigit(bytes[at + 1])) return -1
    // The rows so far have fewer columns, so they are looked at again.
    names = [...names, name]
    marks = [...marks, markOf(bytes, at, end + 1)]
    return again
  }

  /** The end of the object at `start`; negative if it is not accepted. */
  const endOfRow = (bytes: Uint8Array, view: DataView, start: number, base: number, first: number): number => {
    if (bytes[start] !== openObject) return -1
    const width = names.length
    found.fill(kinds.missing, first, first + width)
    if (bytes[start + 1] === closeObject) return start + 2
    let at = start
    for (let expected = 0; ; expected++) {
      at++
      let place = expected
      let same = place < width && isMark(view, at, marks[place]!) ? marks[place]!.length : 0
      if (same === 0) {
        place = placeOf(bytes, at)
        if (place < 0) return place
        same = marks[place]!.length
        expected = place
      }
      const slot = first + place
      if (found[slot] !== kinds.missing) return -1
      const value = at + same
      isOdd = false
      if (bytes[value] === quote) at = endOfTextIn(bytes, view, value + 1)
      else if (value + 4 <= bytes.length && view.getUint32(value, true) === nullWord) {
        kind = kinds.nothing
        at = value + 4
      } else at = endOfValue(bytes, value, deepest)
      if (at < 0) return -1
      spans[2 * slot] = value - base
      spans[2 * slot + 1] = at - base
      found[slot] = isOdd ? kind | odd : kind
      if (bytes[at] !== comma) return bytes[at] === closeObject ? at + 1 : -1
    }
  }

  const clear = (): void => {
    count = 0
    ;({ objects, spans, kinds: found } = memory)
  }

  return {
    get names() {
      return names
    },
    get count() {
      return count
    },
    get objects() {
      return objects
    },
    get spans() {
      return spans
    },
    get kinds() {
      return found
    },
    clear,
    find(bytes, start, stop) {
      const base = count === 0 ? start : start - objects[2 * count - 1]! - 1
      const before = count
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
      for (let at = start; ;) {
        grow(count + 1)
        const end = endOfRow(bytes, view, at, base, count * names.length)
        if (end === again) {
          if (before > 0) return -1
          clear()
          at = start
          continue
        }
        if (end < 0) return -1
        objects[2 * count] = at - base
        objects[2 * count + 1] = end - base
        count++
        if (bytes[end] === closeList || (bytes[end] === comma && end + 1 >= stop)) return end
        if (bytes[end] !== comma) return -1
        at = end + 1
      }
    },
  }
}

/** A new name was found. */
const again = -2
