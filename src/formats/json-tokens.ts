import { none } from 'stream-chain'
import type { parser } from 'stream-json/parser.js'
import { EntrapipeError } from '../core/errors.ts'
import { losesDigits } from '../core/exact-json.ts'
import { maxDepth, tooDeep } from './json-depth.ts'

type Token = parser.Token

/** The OData properties beside the `value` array of a Graph page. */
export interface JsonPage {
  /** Whether the page has an `@odata.nextLink`. */
  hasNext: boolean
  /** The page's `@odata.count`. */
  count: number | undefined
}

/** Selects the tokens of rows from those of a JSON text. */
export interface RowTokens {
  /** Returns the token if it belongs to a row, otherwise `none`. */
  readonly take: (token: Token) => Token | typeof none
  /** Whether the array was found. */
  readonly hasArray: () => boolean
  readonly page: JsonPage
}

const lost = (name: string): EntrapipeError =>
  new EntrapipeError(
    'INPUT_MALFORMED',
    `${name} has a property named __proto__, which is not supported in a JSON array. Rename it, or use JSON lines`,
  )

const twice = (name: string): EntrapipeError =>
  new EntrapipeError('INPUT_MALFORMED', `${name} has more than one "value". Expected one array of rows`)

const change = (token: Token): number =>
  token.name === 'startObject' || token.name === 'startArray'
    ? 1
    : token.name === 'endObject' || token.name === 'endArray'
      ? -1
      : 0

/** A row's token; integers that JavaScript cannot represent become strings. */
const exact = (token: Token, name: string): Token => {
  if (token.name === 'keyValue' && token.value === '__proto__') throw lost(name)
  return token.name === 'numberValue' && losesDigits(token.value) ? { name: 'stringValue', value: token.value } : token
}

/** Tokens of a text that is an array of rows. */
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
 * Tokens of the `value` array of an object, as in a Graph response.
 *
 * @param wrong makes the error for an object without such an array
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
