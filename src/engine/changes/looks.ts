import type { Finding, Looked, Operation, OperationContext, Removal, Values } from '../../core/operation.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import type { Entry } from '../../store/ledger-types.ts'
import type { Working } from './working.ts'

/** A row that is not sent, and why. */
export interface Found {
  readonly entry: Entry
  readonly finding: Finding
}

/** The rows of a page after they were looked at. */
interface Seen {
  readonly ready: readonly Working[]
  readonly found: readonly Found[]
}

/** Why an object must not lose what the change takes away; undefined if it may. The first lock is the object's id. */
export type Protection = (removal: Removal, operation: Operation, locks: readonly string[]) => Finding | undefined

/** What is needed to look at rows. */
interface Looking {
  readonly operationOf: (kind: string) => Operation
  readonly protectedFrom?: Protection | undefined
}

/** All values of an entry. */
export const valueOf = ({ row, secrets }: Pick<Entry, 'row' | 'secrets'>): Values => ({ ...row.value, ...secrets })

/** The row as work. */
export const workingOf = (entry: Entry, operation: Operation, before: Values): Working => ({
  entry,
  operation,
  value: valueOf(entry),
  before,
  attempts: entry.attempts,
  firstSentAt: entry.firstSentAt,
  together: undefined,
})

/** As JSON, with names in order and lists of nothing as null. */
const canonical = (value: Json): Json => {
  if (Array.isArray(value)) return value.length === 0 ? null : value.map(each => canonical(each as Json))
  if (typeof value !== 'object' || value === null) return value
  const names = Object.keys(value).sort()
  return Object.fromEntries(names.map(name => [name, canonical((value as Values)[name]!)]))
}
const isEqual = (one: Json = null, other: Json = null): boolean =>
  JSON.stringify(canonical(one)) === JSON.stringify(canonical(other))

/** Names of what no longer is as expected. */
const changedIn = (expected: Values, before: Values, operation: Operation): readonly string[] =>
  Object.keys(expected).filter(name =>
    operation.isSame ? !operation.isSame(name, expected[name], before[name]) : !isEqual(expected[name], before[name]),
  )

const drifted = (names: readonly string[]): Finding => ({
  outcome: 'failed',
  code: 'CHANGED_SINCE',
  message: `${names.join(', ')} changed in the directory since, so nothing was sent.`,
  fix: 'Look at the object, and make a new plan if the change is still wanted.',
})

const judged = (entry: Entry, operation: Operation, looked: Looked, { protectedFrom }: Looking): Working | Finding => {
  if (!('send' in looked)) return looked
  const changed = changedIn(entry.row.expected ?? {}, looked.send, operation)
  if (changed.length > 0) return drifted(changed)
  const row = workingOf(entry, operation, looked.send)
  const removal = operation.removal?.(row.value, row.before)
  return (removal && protectedFrom?.(removal, operation, entry.locks)) ?? row
}

/**
 * Reads what is in the directory for rows of the ledger, all rows of one operation at once, and compares.
 *
 * @throws EntrapipeError `INTERNAL` when an operation does not answer for each row
 */
export const lookAt = async (entries: readonly Entry[], looking: Looking, context: OperationContext): Promise<Seen> => {
  const ready: Working[] = []
  const found: Found[] = []
  for (const [kind, ofKind] of Map.groupBy(entries, ({ row }) => row.kind)) {
    const operation = looking.operationOf(kind)
    const expected = [...new Set(ofKind.flatMap(({ row }) => Object.keys(row.expected ?? {})))]
    const looked = await operation.look(ofKind.map(valueOf), { ...context, expected })
    expectAnswers(kind, ofKind.length, looked.length)
    ofKind.forEach((entry, at) => {
      const answer = judged(entry, operation, looked[at]!, looking)
      if ('outcome' in answer) found.push({ entry, finding: answer })
      else ready.push(answer)
    })
  }
  // Rows of several operations on one object stay in the order of intake.
  ready.sort((one, other) => one.entry.ordinal - other.entry.ordinal)
  return { ready, found }
}

/** @throws EntrapipeError `INTERNAL` */
export const expectAnswers = (kind: string, rows: number, answers: number): void => {
  if (rows !== answers)
    throw new EntrapipeError('INTERNAL', `The operation ${kind} answered for ${answers} of ${rows} rows.`)
}
