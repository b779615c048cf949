import { numberOf } from '../core/exact-number.ts'
import { instantIn } from '../core/instant.ts'
import { truthOf } from '../core/truth.ts'
import type { Comparison, FunctionName, Literal } from './ast.ts'

/** Tests a value of the row. */
export type TestValue = (value: unknown) => boolean

/** How values are read. */
export interface Reading {
  /** Whether strings may also be read as numbers, booleans and dates, and those as strings. @default false */
  readonly readsText?: boolean
  /** Called for a value that is neither null nor comparable with the literal; with null, for empty text of rows. */
  readonly strange?: (value: unknown) => void
}

/** A test of one value against a literal. A value of another kind is never equal, and is not null. */
export const tester = (operator: Comparison | FunctionName, literal: Literal, reading: Reading = {}): TestValue => {
  if (operator === 'ne') {
    const equal = tester('eq', literal, reading)
    return value => !equal(value)
  }
  const { readsText = false, strange = () => undefined } = reading
  const told = <V>(read: (value: unknown) => V | undefined) => {
    return (value: unknown): V | undefined => {
      const found = read(value)
      if (found === undefined && value !== null && value !== undefined) strange(value)
      return found
    }
  }
  switch (literal.type) {
    case 'null':
      return operator === 'eq' ? isNull(readsText ? strange : undefined) : () => false
    case 'string':
    case 'guid':
      return text(operator, literal.value, told(readsText ? textOf : textAsItIs))
    case 'boolean':
      return ordered(operator, literal.value, told(readsText ? truthOf : truthAsItIs))
    case 'number':
      return ordered(operator, literal.value, told(readsText ? numberOf : numberAsItIs))
    case 'date':
      return ordered(operator, instantIn(literal.value) ?? '', told(instantIn))
  }
}

/** An empty cell of a CSV file is empty text, which is easily mistaken for null. */
const isNull = (strange: Reading['strange']): TestValue => {
  return value => {
    if (value === '') strange?.(value)
    return value === null || value === undefined
  }
}

/** The kind of value that a literal is compared with, in words that follow "is not". */
export const kindOf = (literal: Literal | undefined): string => {
  const type = literal?.type
  if (type === 'null') return 'null'
  return type === 'date' || type === 'number' || type === 'boolean' ? `a ${type}` : 'text'
}

/** The value as a string, also for numbers and booleans: in a text file `'7'` and 7 are the same. */
export const textOf = (value: unknown): string | undefined => {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value)
    default:
      return undefined
  }
}

const textAsItIs = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
const truthAsItIs = (value: unknown): boolean | undefined => (typeof value === 'boolean' ? value : undefined)
const numberAsItIs = (value: unknown) => (typeof value === 'number' ? numberOf(value) : undefined)

const ordered = <V extends number | bigint | string | boolean>(
  operator: string,
  wanted: V,
  read: (value: unknown) => V | undefined,
): TestValue => {
  const compared = (test: (value: V) => boolean): TestValue => {
    return given => {
      const value = read(given)
      return value !== undefined && test(value)
    }
  }
  if (operator === 'eq') return value => read(value) === wanted
  if (typeof wanted === 'boolean') return () => false
  switch (operator) {
    case 'gt':
      return compared(over => over > wanted)
    case 'ge':
      return compared(over => over >= wanted)
    case 'lt':
      return compared(under => under < wanted)
    case 'le':
      return compared(under => under <= wanted)
    default:
      return () => false
  }
}

const text = (operator: string, wanted: string, read: (value: unknown) => string | undefined): TestValue => {
  const lower = wanted.toLowerCase()
  const size = wanted.length
  const compared = (test: (value: string) => boolean): TestValue => {
    return given => {
      const value = typeof given === 'string' ? given : read(given)
      return value !== undefined && test(value)
    }
  }
  switch (operator) {
    case 'eq':
      // Lower case does not change the length of ASCII, so most rows differ by length and need no new string.
      return isAscii(wanted)
        ? compared(value => value.length === size && (value === wanted || value.toLowerCase() === lower))
        : compared(value => value.toLowerCase() === lower)
    case 'startsWith':
      return isAscii(wanted)
        ? // The lower case of İ is longer.
          compared(value => value.slice(0, size).toLowerCase().startsWith(lower))
        : compared(value => value.toLowerCase().startsWith(lower))
    case 'endsWith':
      return compared(value => value.toLowerCase().endsWith(lower))
    case 'contains':
      return compared(value => value.toLowerCase().includes(lower))
    case 'has':
      return compared(value => {
        const flags = value.toLowerCase().split(',')
        return lower.split(',').every(wanted => flags.some(flag => flag.trim() === wanted.trim()))
      })
    default:
      return ordered(operator, lower, value => read(value)?.toLowerCase())
  }
}

const isAscii = (value: string): boolean => /^[\x00-\x7f]*$/.test(value)
