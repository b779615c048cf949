import { denseColumn } from './dense-column.ts'
import type { Author } from './types.ts'

/** Authors by number. GUIDs take 16 bytes each. */
interface Authors {
  add(author: Author): number
  get(number: number): Author
}

const guid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** Where the eight digits of each of four numbers are in a GUID: two runs each. */
const digits = [
  [0, 4, 4, 8],
  [9, 13, 14, 18],
  [19, 23, 24, 28],
  [28, 32, 32, 36],
] as const

/** The number that lower-case hexadecimal digits stand for. */
const numberAt = (text: string, from: number, to: number): number => {
  let number = 0
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    number = number * 16 + (code < 58 ? code - 48 : code - 87)
  }
  return number
}
const words = (length: number) => new Uint32Array(length)

/** Texts by row. */
const texts = () => {
  const columns = [0, 1, 2, 3].map(() => denseColumn(words))
  /** 0: none. 1: a GUID. From 2: another text. */
  const kinds = denseColumn(words)
  const others: string[] = []
  const numbers = new Map<string, number>()
  return {
    set(row: number, text: string | undefined): void {
      if (text === undefined) return
      if (guid.test(text)) {
        for (let index = 0; index < 4; index++) {
          const [from, to, next, end] = digits[index]!
          columns[index]!.set(row, numberAt(text, from, to) * 65_536 + numberAt(text, next, end))
        }
        kinds.set(row, 1)
        return
      }
      let number = numbers.get(text)
      if (number === undefined) numbers.set(text, (number = others.push(text) - 1))
      kinds.set(row, 2 + number)
    },
    get(row: number): string | undefined {
      const kind = kinds.get(row)
      if (kind !== 1) return kind === 0 ? undefined : others[kind - 2]
      const hex = columns.map(column => column.get(row).toString(16).padStart(8, '0')).join('')
      return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
    },
  }
}

/** Creates an empty list of authors. */
export const authorList = (): Authors => {
  const [requests, clients] = [texts(), texts()]
  let count = 0
  let last: Author | undefined
  return {
    add(author) {
      // The changes of one commit share theirs.
      if (author === last) return count - 1
      last = author
      requests.set(count, author.request)
      clients.set(count, author.client)
      return count++
    },
    get(number) {
      const client = clients.get(number)
      return { request: requests.get(number) ?? '', ...(client === undefined ? {} : { client }) }
    },
  }
}
