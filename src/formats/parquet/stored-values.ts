import type { ColumnType } from '../../core/column-type.ts'
import { numberIn } from '../../core/exact-number.ts'
import { instantOf, isTime, momentOf } from '../../core/instant.ts'
import { cellText } from '../cell.ts'

/** Returned for a value that does not fit the type of its column. */
export const unfit = Symbol('unfit')

/** Returns a value as it is stored, null for none, or `unfit`. */
export type Store = (value: unknown) => unknown

const dayMs = 86_400_000
const int64 = { least: -(2n ** 63n), most: 2n ** 63n - 1n }

const micros = (instant: string): bigint => {
  const seconds = BigInt(Date.parse(`${instant.slice(0, 19)}Z`)) * 1000n
  // Databases have no more digits: the seventh, which some services write, is cut off.
  return instant.length === 19 ? seconds : seconds + BigInt(instant.slice(20, 26).padEnd(6, '0'))
}

const timestamp: Store = value => {
  const text = value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value
  if (typeof text !== 'string') return unfit
  // A day is not a point in time, nor is a time without its zone. Graph's times end in Z, and are checked once.
  const instant = text.endsWith('Z') || isTime(text) ? instantOf(text) : undefined
  return instant === undefined ? unfit : micros(instant)
}

const date: Store = value => {
  const moment = typeof value === 'string' ? momentOf(value) : undefined
  return moment?.isDay ? Date.parse(`${moment.instant}Z`) / dayMs : unfit
}

/** Long integers come as text: JavaScript's numbers skip some of them. */
const whole = (value: unknown): number | bigint | undefined => {
  const number = typeof value === 'string' ? numberIn(value) : value
  if (typeof number === 'bigint') return number
  return Number.isSafeInteger(number) ? (number as number) : undefined
}

const texts: Store = value =>
  Array.isArray(value) && value.every(item => typeof item === 'string' || item === null) ? value : unfit

const cells = { arraySeparator: ';', nulls: '' }

const stores: Readonly<Record<ColumnType, Store>> = {
  boolean: value => (typeof value === 'boolean' ? value : unfit),
  int32(value) {
    const number = whole(value)
    return typeof number === 'number' && (number | 0) === number ? number : unfit
  },
  int64(value) {
    const number = whole(value)
    if (number === undefined) return unfit
    const exact = BigInt(number)
    return exact >= int64.least && exact <= int64.most ? exact : unfit
  },
  double: value => (typeof value === 'number' && Number.isFinite(value) ? value : unfit),
  timestamp,
  date,
  text: value => (typeof value === 'string' ? value : unfit),
  texts,
  json: value => JSON.stringify(value) ?? unfit,
  any: value => (typeof value === 'string' ? value : cellText(value, cells)),
}

/** How values of a type are stored. May throw for a value that is not JSON. */
export const storeOf = (type: ColumnType): Store => stores[type]
