import type { Comparison, FunctionName, Literal } from './ast.ts'
import { instantOf } from './instant.ts'

/** Whether a value of the row passes. */
export type TestValue = (value: unknown) => boolean

/** A test of one value against a constant. A value of another kind than the constant equals nothing but is not null. */
export const tester = (operator: Comparison | FunctionName, literal: Literal, readsText = false): TestValue => {
  if (operator === 'ne') {
    const equal = tester('eq', literal, readsText)
    return value => !equal(value)
  }
  switch (literal.type) {
    case 'null':
      return operator === 'eq' ? value => value === null || value === undefined : () => false
    case 'string':
    case 'guid':
      return readsText && operator === 'eq' ? readText(literal.value) : text(operator, literal.value)
    case 'boolean':
      return operator === 'eq' ? truth(literal.value, readsText) : () => false
    case 'number':
      return ordered(operator, literal.value, value =>
        typeof value === 'number'
          ? value
          : readsText && typeof value === 'string' && value.trim() !== ''
            ? Number(value)
            : Number.NaN,
      )
    case 'date':
      return ordered(operator, instantOf(literal.value) ?? '', value =>
        typeof value === 'string'
          ? instantOf(value)
          : value instanceof Date
            ? instantOf(value.toISOString())
            : undefined,
      )
  }
}

const truth = (wanted: boolean, readsText: boolean): TestValue =>
  readsText
    ? value => (typeof value === 'string' ? value.trim().toLowerCase() === String(wanted) : value === wanted)
    : value => value === wanted

const readText = (wanted: string): TestValue => {
  const same = text('eq', wanted)
  return value => same(typeof value === 'number' || typeof value === 'boolean' ? String(value) : value)
}

const ordered = <V extends number | string>(
  operator: string,
  wanted: V,
  read: (value: unknown) => V | undefined,
): TestValue => {
  switch (operator) {
    case 'eq':
      return value => read(value) === wanted
    case 'gt':
      return value => compared(read(value), over => over > wanted)
    case 'ge':
      return value => compared(read(value), over => over >= wanted)
    case 'lt':
      return value => compared(read(value), under => under < wanted)
    case 'le':
      return value => compared(read(value), under => under <= wanted)
    default:
      return () => false
  }
}

const compared = <V>(value: V | undefined, test: (value: V) => boolean): boolean => value !== undefined && test(value)

const text = (operator: string, wanted: string): TestValue => {
  const lower = wanted.toLowerCase()
  const size = wanted.length
  switch (operator) {
    case 'eq':
      // Lower case of ASCII has the same length: most rows are told apart without making a text of their own.
      return isAscii(wanted)
        ? value =>
            typeof value === 'string' && value.length === size && (value === wanted || value.toLowerCase() === lower)
        : value => typeof value === 'string' && value.toLowerCase() === lower
    case 'startsWith':
      return value => typeof value === 'string' && value.slice(0, size).toLowerCase() === lower
    case 'endsWith':
      return value => typeof value === 'string' && value.toLowerCase().endsWith(lower)
    case 'contains':
      return value => typeof value === 'string' && value.toLowerCase().includes(lower)
    case 'has':
      return value =>
        typeof value === 'string' &&
        value
          .toLowerCase()
          .split(',')
          .some(flag => flag.trim() === lower)
    default:
      return ordered(operator, lower, value => (typeof value === 'string' ? value.toLowerCase() : undefined))
  }
}

const isAscii = (value: string): boolean => /^[\x00-\x7f]*$/.test(value)
