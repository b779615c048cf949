import type { Finding, Looked, Notable, Operation, OperationContext, Removal, Values } from '../../core/operation.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { objectKinds, type ObjectKind } from '../../core/object-kinds.ts'
import type { Lessons } from '../../core/lessons.ts'
import type { Json } from '../../core/json.ts'
import { noLongerHolds, withoutObject } from './due-rows.ts'
import { undoneWithoutObject } from './undone-without-object.ts'
import type { Entry } from '../../store/ledger-types.ts'
import { createdIn } from './created-ids.ts'
import type { Working } from './working.ts'

/** A row that is not sent, and why. */
export interface Found {
  readonly entry: Entry
  readonly finding: Finding
  /** What a preview counts. */
  readonly impact?: Json | undefined
}

/** The rows of a page after they were looked at. */
interface Seen {
  readonly ready: readonly Working[]
  readonly found: readonly Found[]
}

/** What a run must not touch. */
export interface Protection {
  /**
   * Why a change must not touch these objects; undefined if it may.
   *
   * @param changes the kind of object that the operation changes
   * @param mustKnowRoles whether it is only sent while it is known who holds privileged roles
   * @param losers how many protected objects of another kind lose something by the change; `touched` is one of them. @default none
   * @throws EntrapipeError `NOT_PERMITTED` if that must be known and cannot be read
   */
  readonly refusal: (
    changes: ObjectKind,
    touched: readonly string[],
    mustKnowRoles: boolean,
    losers?: number,
  ) => Promise<Finding | undefined>
  /** Why Graph would deny a sensitive action on a user, whatever the permissions; undefined if that is not known. */
  readonly denial?: (user: string) => Promise<Finding | undefined>
  /** Ids of the objects, in lower case. */
  readonly ids: readonly string[]
  /** What could not be checked, as sentences. */
  readonly unchecked: readonly string[]
}

/** What is needed to look at rows. */
export interface Looking {
  readonly operationOf: (kind: string) => Operation
  /** Called once a change touches an object that may be protected. @default nothing is protected */
  readonly protection?: (() => Promise<Protection>) | undefined
  /** What refusals taught. @default nothing */
  readonly lessons?: Lessons | undefined
  /** Measures by how many milliseconds Graph's clock is ahead of ours; see `graphClock`. Called for rows whose reply was lost. */
  readonly graphAheadMs: () => Promise<number>
}

/** All values of an entry. */
export const valueOf = ({ row, secrets }: Pick<Entry, 'row' | 'secrets'>): Values => ({ ...row.value, ...secrets })

/** The row as work. */
export const workingOf = (
  entry: Entry,
  operation: Operation,
  before: Values,
  { notable = [], impact }: { readonly notable?: readonly Notable[]; readonly impact?: Json } = {},
): Working => ({
  entry,
  operation,
  value: valueOf(entry),
  before,
  notable,
  impact,
  attempts: entry.attempts,
  firstSentAt: entry.firstSentAt,
  lastSentAt: entry.lastSentAt,
  together: undefined,
  asked: undefined,
  answered: entry.answered,
  lost: entry.lost === true,
  recalled: false,
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

const judged = (entry: Entry, operation: Operation, looked: Looked): Working | Finding => {
  const { expected = {}, orSkipped, undoes } = entry.row
  if (!('send' in looked))
    return orSkipped ? withoutObject(looked) : undoes ? undoneWithoutObject(looked, operation) : looked
  const changed = changedIn(expected, looked.send, operation)
  if (changed.length > 0 && orSkipped) return noLongerHolds(changed, expected, looked.send, operation)
  return changed.length > 0 ? drifted(changed) : workingOf(entry, operation, looked.send, looked)
}

/** Whether it must be known who holds privileged roles before this is taken away. Links are removed without, and the preview says so. */
export const needsRoles = (changes: ObjectKind, removal: Removal | undefined): boolean =>
  objectKinds[changes].holdsRoles === true && removal !== undefined && removal !== 'remove'

/** Whether no earlier change of the run can take a role from its user, nor anybody until its time. */
const isFirst = ({ step, row, needs }: Entry): boolean =>
  step === 0 && !needs && row.undoes === undefined && row.later === undefined

/**
 * Why a change must not be sent, since it touches what is protected, or takes something from it.
 *
 * @param locks its own
 * @param context by which losers of another kind are found; without it, they are not looked for
 */
export const protectedFrom = async (
  {
    operation,
    value,
    before,
    entry,
  }: Pick<Working, 'operation' | 'value' | 'before'> & Partial<Pick<Working, 'entry'>>,
  locks: readonly string[],
  protection: Looking['protection'],
  context?: OperationContext,
): Promise<Finding | undefined> => {
  const removal = operation.removal?.(value, before)
  const touched = operation.touches?.(value, before) ?? (removal ? locks.slice(0, 1) : [])
  if (!protection || touched.length === 0) return undefined
  const mustKnowRoles = operation.takesOver === true || needsRoles(operation.changes, removal)
  const { refusal, ids, denial } = await protection()
  const why =
    (await refusal(operation.changes, touched, mustKnowRoles)) ??
    (operation.isSensitive && entry && isFirst(entry) ? await denial?.(touched[0]!) : undefined)
  if (why || !removal || !operation.losersAmong || !context || ids.length === 0) return why
  const losers = await operation.losersAmong(ids, value, before, context)
  const [first] = losers
  return first === undefined ? undefined : refusal(operation.changes, [first], false, losers.length)
}

/** Why a row cannot be sent that names the object of a step which has succeeded without the id of that object. */
const withoutId: Finding = {
  outcome: 'failed',
  code: 'EARLIER_STEP_FAILED',
  message: 'It names an object that another step creates, and whose id is not known, so it was not sent.',
  fix: 'Run the row again.',
}

/**
 * Reads what is in the directory for rows of the ledger, all rows of one operation at once, and compares.
 *
 * @throws EntrapipeError `INTERNAL` when an operation does not answer for each row
 */
export const lookAt = async (entries: readonly Entry[], looking: Looking, context: OperationContext): Promise<Seen> => {
  const ready: Working[] = []
  const found: Found[] = []
  const isNamed = ({ step, row, needs }: Entry): boolean => (step === 0 && !needs) || createdIn(row.value).length === 0
  for (const entry of entries) if (!isNamed(entry)) found.push({ entry, finding: withoutId })
  for (const [kind, ofKind] of Map.groupBy(entries.filter(isNamed), ({ row }) => row.kind)) {
    const operation = looking.operationOf(kind)
    const expected = [
      ...new Set(ofKind.flatMap(({ row }) => [...Object.keys(row.expected ?? {}), ...(row.later?.holds ?? [])])),
    ]
    const looked = await operation.look(ofKind.map(valueOf), { ...context, expected }, await lostSince(ofKind, looking))
    expectAnswers(kind, ofKind.length, looked.length)
    for (const [at, entry] of ofKind.entries()) {
      const row = judged(entry, operation, looked[at]!)
      const answer =
        'outcome' in row ? row : ((await protectedFrom(row, entry.locks, looking.protection, context)) ?? row)
      if ('outcome' in answer) found.push({ entry, finding: answer, impact: looked[at]!.impact })
      else ready.push(answer)
    }
  }
  // Rows of several operations on one object stay in the order of intake.
  ready.sort((one, other) => one.entry.ordinal - other.entry.ordinal)
  return { ready, found }
}

const lostSince = async (
  entries: readonly Entry[],
  { graphAheadMs }: Looking,
): Promise<readonly (number | undefined)[]> => {
  if (!entries.some(({ lost }) => lost)) return []
  const aheadMs = await graphAheadMs()
  return entries.map(({ lost, firstSentAt }) =>
    lost && firstSentAt !== undefined ? shownTime(firstSentAt, aheadMs) : undefined,
  )
}

/** A time of ours by Graph's clock, which shows whole seconds: not later than it was. */
export const shownTime = (ms: number, aheadMs: number): number => Math.floor((ms + aheadMs) / 1000) * 1000

/** @throws EntrapipeError `INTERNAL` */
export const expectAnswers = (kind: string, rows: number, answers: number): void => {
  if (rows !== answers)
    throw new EntrapipeError('INTERNAL', `The operation ${kind} answered for ${answers} of ${rows} rows.`)
}
