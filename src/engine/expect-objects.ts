import { isFields, kindInWords, objectFix } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import type { OpenStep, Rows } from './steps.ts'

/**
 * The step of a transform that names columns. Its rows must be objects: others fail with `ROW_INVALID` before they reach it.
 * The step of any other transform is unchanged.
 */
export const forObjects = (
  { kind, reads }: Pick<Transform<unknown, unknown>, 'kind' | 'reads'>,
  step: OpenStep,
  settled: (result: Result) => void,
): OpenStep => {
  if (!reads) return step
  const objects = (rows: Rows): Rows => {
    if (rows.every(({ value }) => isFields(value))) return rows
    return rows.filter(({ key, value }) => {
      if (isFields(value)) return true
      settled({
        key,
        operation: kind,
        outcome: 'failed',
        code: 'ROW_INVALID',
        message: messageFor(value),
        fix: objectFix(value),
      })
      return false
    })
  }
  return { ...step, page: rows => step.page(objects(rows)) }
}

const messageFor = (value: unknown): string => `Expected an object with columns, got ${kindInWords(value)}`
