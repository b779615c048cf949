import type { Entry } from './key-file.ts'
import { mixText } from './key-text.ts'

/** Number of entries, and two 32-bit sums of their hashes, independent of their order. */
export type KeySum = readonly [count: number, high: number, low: number]

/** By the name of a set or map. */
export type KeySums = Readonly<Record<string, KeySum>>

/** The sum of no entries. */
export const emptySum: KeySum = [0, 0, 0]

/** The sum of both. */
export const addSums = (a: KeySum, b: KeySum): KeySum => [a[0] + b[0], (a[1] + b[1]) | 0, (a[2] + b[2]) | 0]

/** Adds an entry to a sum, or removes it (`times` -1). */
export const withEntry = (sum: KeySum, { key, epoch, value }: Entry, times: 1 | -1 = 1): KeySum => {
  const text = `${epoch}/${key.length}/${key}${value}`
  return [sum[0] + times, (sum[1] + times * mixText(text, 3)) | 0, (sum[2] + times * mixText(text, 4)) | 0]
}

/** Whether two sums are of the same entries. */
export const isSameSum = (a: KeySum, b: KeySum): boolean => a.every((part, at) => part === b[at])
