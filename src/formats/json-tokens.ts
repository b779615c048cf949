import { none } from 'stream-chain'
import type { parser } from 'stream-json/parser.js'
import { EntrapipeError } from '../core/errors.ts'
import { losesDigits } from './exact-json.ts'
import { maxDepth, tooDeep } from './json-depth.ts'

type Token = parser.Token

/** What an object says beside the array in its `value`, in the words of a page of Graph. */
export interface JsonPage {
  /** Whether it links to a next page. */
  hasNext: boolean
  /** Its `@odata.count`. */
  count: number | undefined
}

/** Picks the tokens of rows out of those of a text. */
export interface RowTokens {
  /** The token of a row that this token is; `none` for all others. */
  readonly take: (token: Token) => Token | typeof none
  /** Whether the array was found. */
  readonly hasArray: () => boolean
  readonly page: JsonPage
}

const lost = (name: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${name} has a property called __proto__, which cannot be read from a JSON array; rename it, or write the rows as JSON lines`,
  )

const twice = (name: string): EntrapipeError =>
  new EntrapipeError('INPUT_MALFORMED', `${name} has "value" twice; write one array of rows`)

const change = (token: Token): number =>
  token.name === 'startObject' || token.name === 'startArray'
    ? 1
    : token.name === 'endObject' || token.name === 'endArray'
      ? -1
      : 0

/** A row's tokens, with whole numbers that JavaScript cannot hold as strings. */
const exact = (token: Token, name: string): Token => {
  if (token.name === 'keyValue' && token.value === '__proto__') throw lost(name)
  return token.name === 'numberValue' && losesDigits(token.value) ? { name: 'stringValue', value: token.value } : token
}

/** Tokens of an array of rows, the whole text. */
export const arrayTokens = (name: string): RowTokens => {
  let depth = 0
  let started = false
  return {
    take(token) {
      started = true
      depth += change(token)
      if (depth > maxDepth + 1) throw tooDeep(name)
      return exact(token, name)
    },
    hasArray: () => started,
    page: { hasNext: false, count: undefined },
  }
}

/**
 * Tokens of the array in the `value` of an object, as Graph answers.
 *
 * @param wrong the error of an object without such an array
 */
export const valueTokens = (name: string, wrong: () => EntrapipeError): RowTokens => {
  const page: JsonPage = { hasNext: false, count: undefined }
  let depth = 0
  let key: unknown
  let isInside = false
  let found = false
  return {
    take(token) {
      const before = depth
      depth += change(token)
      if (depth > maxDepth + 2) throw tooDeep(name)
      if (isInside) {
        if (depth === 1) isInside = false
        return exact(token, name)
      }
      if (before !== 1) return none
      if (token.name === 'keyValue') {
        key = token.value
        return none
      }
      if (key === '@odata.nextLink') page.hasNext = token.name !== 'nullValue'
      if (key === '@odata.count' && token.name === 'numberValue') page.count = Number(token.value)
      if (key !== 'value' || depth < before) return none
      if (found) throw twice(name)
      if (token.name !== 'startArray') throw wrong()
      found = true
      isInside = true
      return token
    },
    hasArray: () => found,
    page,
  }
}
