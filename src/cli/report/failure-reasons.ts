import { asSentence } from '../../core/as-sentence.ts'
import { given } from '../../core/given.ts'
import type { Key } from '../../core/row.ts'
import type { RunReader } from '../../store/run-store.ts'
import { count } from './words.ts'

/** Why rows of a run failed, the most frequent reason first. */
export interface FailureReasons {
  /** Number of failed rows that were read. */
  readonly of: number
  readonly reasons: readonly Reason[]
}

interface Reason {
  readonly code?: string
  /** The first row that failed for this reason, and its message. */
  readonly key: Key
  readonly message: string
  /** What to do, as that row says. */
  readonly fix?: string
  readonly rows: number
}

/** At most this many rows are read, so that millions of failed rows do not delay the report. */
const most = 20_000
const reasonsTold = 5

/** Values in a message: quoted text, ids, user principal names, numbers. */
const values = /"[^"]*"|'[^']*'|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|[^\s"'@]+@[^\s"'@]+|\d+/gi

/** Groups the failed rows of a run by code, column and message, ignoring values in the message. Undefined if no row failed. */
export const failureReasons = async (run: Pick<RunReader, 'readResults'>): Promise<FailureReasons | undefined> => {
  const found = new Map<string, { code?: string; key: Key; message: string; fix?: string; rows: number }>()
  let of = 0
  for (let after = 0; of < most;) {
    const results = await run.readResults({ after, outcomes: ['failed'] })
    const last = results.at(-1)
    if (!last) break
    after = last.sequence
    of += results.length
    for (const { code, key, message = 'no reason was given', fix } of results) {
      const kind = `${code} ${message.replace(values, '')}`
      const known = found.get(kind)
      if (known) known.rows++
      else found.set(kind, { ...given({ code }), key, message, ...given({ fix }), rows: 1 })
    }
  }
  if (of === 0) return undefined
  return { of, reasons: [...found.values()].sort((a, b) => b.rows - a.rows).slice(0, reasonsTold) }
}

/**
 * `Most often (2,990 of 3,000), for example row 7: hired is not a date, got "x".` The values are those of that row. Of reasons that no two
 * rows have, `For example row 7: …`.
 */
export const mostFrequent = ({ of, reasons: [first] }: FailureReasons): string => {
  if (first === undefined) return ''
  const message = [first.message, ...(first.fix === undefined ? [] : [first.fix])].map(asSentence).join(' ')
  if (of === 1) return message
  if (first.rows === 1) return `For example row ${first.key}: ${message}`
  const many = first.rows === of ? `All ${count(of)}` : `Most often (${count(first.rows)} of ${count(of)})`
  return `${many}, for example row ${first.key}: ${message}`
}
