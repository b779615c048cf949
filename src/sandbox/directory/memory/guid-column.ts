import { hashOf } from './hash-table.ts'
import { addValue, type Memory } from './memory.ts'
import { words } from './column.ts'

/** Texts by row. A GUID takes 20 bytes; others are meant to be few. */
interface GuidColumn {
  set(row: number, text: string | undefined): void
  get(row: number): string | undefined
  /** Returns the hash of a text, which is then the one that `isSought` compares. */
  seek(text: string): number
  isSought(row: number): boolean
  /** Compares the texts of two rows. */
  compare(one: number, other: number): number
}

const digits = new Uint8Array(128).fill(255)
for (const [value, digit] of [...'0123456789abcdef'].entries()) digits[digit.charCodeAt(0)] = value
const hex = Array.from({ length: 0x10000 }, (_, value) => value.toString(16).padStart(4, '0'))
const hexOf = (value: number): string => hex[value & 0xffff] as string

/** Where the digits of a GUID are, and the hyphens. */
const places = [...'00000000-0000-0000-0000-000000000000'].flatMap((digit, place) => (digit === '0' ? [place] : []))
const hyphens = [8, 13, 18, 23]

/** Reads a GUID in lower case as four numbers. Returns false for other texts. */
const readGuid = (text: string, into: Uint32Array): boolean => {
  if (text.length !== 36) return false
  for (const place of hyphens) if (text.charCodeAt(place) !== 45) return false
  for (let index = 0; index < 4; index++) {
    let number = 0
    for (let place = index * 8; place < index * 8 + 8; place++) {
      const digit = digits[text.charCodeAt(places[place]!)] ?? 255
      if (digit === 255) return false
      number = (number << 4) | digit
    }
    into[index] = number
  }
  return true
}

/** Creates a column of a memory. Rows are set in ascending order and then never change. */
export const guidColumn = (memory: Memory, name: string): GuidColumn => {
  const [first, second] = [words(memory, `${name}.0`, true), words(memory, `${name}.1`, true)]
  const [third, fourth] = [words(memory, `${name}.2`, true), words(memory, `${name}.3`, true)]
  /** 0: none. 1: a GUID. From 2: another text. */
  const kinds = words(memory, `${name}.kind`, true)
  let others: string[] = []
  let numbers = new Map<string, number>()
  addValue(
    memory,
    `${name}.others`,
    () => others,
    value => {
      others = value
      numbers = new Map(value.map((text, number) => [text, number]))
    },
  )
  const given = new Uint32Array(4)
  const sought = new Uint32Array(4)
  let soughtKind = 0
  const get = (row: number): string | undefined => {
    const kind = kinds.get(row)
    if (kind !== 1) return kind === 0 ? undefined : others[kind - 2]
    const [a, b, c, d] = [first.get(row), second.get(row), third.get(row), fourth.get(row)]
    return `${hexOf(a >>> 16)}${hexOf(a)}-${hexOf(b >>> 16)}-${hexOf(b)}-${hexOf(c >>> 16)}-${hexOf(c)}${hexOf(d >>> 16)}${hexOf(d)}`
  }
  return {
    set(row, text) {
      if (text === undefined) return kinds.set(row, 0)
      if (readGuid(text, given)) {
        first.set(row, given[0]!)
        second.set(row, given[1]!)
        third.set(row, given[2]!)
        fourth.set(row, given[3]!)
        kinds.set(row, 1)
        return
      }
      let number = numbers.get(text)
      if (number === undefined) numbers.set(text, (number = others.push(text) - 1))
      kinds.set(row, 2 + number)
    },
    get,
    seek(text) {
      if (!readGuid(text, sought)) {
        soughtKind = 2 + (numbers.get(text) ?? -2)
        return hashOf(text)
      }
      soughtKind = 1
      let hash = Math.imul(sought[0]! ^ (sought[1]! >>> 7), 0x9e3779b1)
      hash = Math.imul((hash ^ (hash >>> 15)) + sought[2]!, 0x85ebca6b)
      hash = Math.imul((hash ^ (hash >>> 13)) + sought[3]!, 0xc2b2ae35)
      return (hash ^ (hash >>> 16)) >>> 0
    },
    isSought: row =>
      kinds.get(row) === soughtKind &&
      (soughtKind !== 1 ||
        (first.get(row) === sought[0] &&
          second.get(row) === sought[1] &&
          third.get(row) === sought[2] &&
          fourth.get(row) === sought[3])),
    compare(one, other) {
      if (one === other) return 0
      if (kinds.get(one) === 1 && kinds.get(other) === 1)
        return (
          first.get(one) - first.get(other) ||
          second.get(one) - second.get(other) ||
          third.get(one) - third.get(other) ||
          fourth.get(one) - fourth.get(other)
        )
      const [a, b] = [get(one) ?? '', get(other) ?? '']
      return a < b ? -1 : a > b ? 1 : 0
    },
  }
}
