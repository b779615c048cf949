import { randomBytes, randomInt } from 'node:crypto'
import type { Context } from '../../core/context.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { Draw } from '../../core/draw.ts'
import type { Later } from '../../core/later.ts'
import type { StepBefore } from '../../core/steps.ts'
import type { Finding, Named, Operation, OperationContext, OperationRow, Values } from '../../core/operation.ts'
import type { StepOf } from '../../core/steps.ts'
import type { Sink } from '../../core/parts.ts'
import type { Result } from '../../core/result.ts'
import type { Row } from '../../core/row.ts'
import type { Ledger, Need, NewEntry } from '../../store/ledger-types.ts'
import { createdId, creating, expectNoCreated, isCreated } from './created-ids.ts'
import { expectAnswers } from './looks.ts'
import type { Resolve } from './resolve.ts'
import { mayNameSealed, readSealedName, withSealedCells, type OpenSealed } from './sealed-values.ts'

/** Options of `ledgerSink`. */
interface LedgerSinkOptions {
  readonly ledger: Ledger
  readonly operationOf: (kind: string) => Operation
  readonly resolve: Resolve
  /** What operations may read with to complete values. */
  readonly context: () => OperationContext
  readonly openSealed: OpenSealed
  /** The operation of a row that fails before it has a change. */
  readonly kind: string
  /** The changes of a row, in the order of their steps. */
  readonly changes: (row: Row<unknown>) => readonly OperationRow[]
  /** The row as it was read. */
  readonly inputOf: (key: Row<unknown>['key']) => Fields | undefined
  /** Called with the operation of a row that names objects which exist, and none that the row itself creates. */
  readonly naming: (kind: string) => void
  /** Called for a row that makes a password or a pass. */
  readonly making: () => void
  /** When a change is made that is left for a later time. Called for each such change. */
  readonly waiting: (later: Later) => Later
}

/** What a row is to change, as far as it is accepted. */
interface Wanted {
  /** Operation of the step that is accepted now. */
  kind: string
  readonly steps: Accepted[]
}

/** A change on its way into the ledger. */
interface Accepted {
  readonly row: Row<unknown>
  readonly step: number
  readonly operation: Operation
  readonly given: OperationRow
  /** Steps of other rows whose objects it names. */
  creators: readonly StepOf[]
  value: Values
}

const none: readonly StepOf[] = []

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** Random choices, from a cryptographic source. */
export const draw: Draw = {
  text: length => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join(''),
  bytes: randomBytes,
}

/** The intake of a write run: rows are checked, their names are resolved to ids, and they are added to the ledger. */
export const ledgerSink = (options: LedgerSinkOptions): Sink<unknown> => ({
  kind: 'graph',
  usesGraph: true,
  async open(ctx) {
    return {
      write: rows => takeIn(rows, options, ctx),
      // Intake has no cuts: an interrupted one starts over.
      checkpoint: async () => ({ mark: 0, cut: 0 }),
      finish: async () => [],
      close: async () => undefined,
    }
  },
})

/** Rows that are added at once: with all those of a page in memory, collecting them would take longer than making them. */
const rowsAtOnce = 200

const takeIn = async (rows: readonly Row<unknown>[], options: LedgerSinkOptions, ctx: Context): Promise<void> => {
  let accepted: (readonly Accepted[])[] = []
  let unknown: Accepted[] = []
  const add = async (): Promise<void> => {
    const failed = await lookUp(unknown, options)
    await complete(accepted.flat(), failed, options)
    await options.ledger.add(entriesOf(accepted, failed, options, ctx))
    accepted = []
    unknown = []
  }
  for (const row of rows) {
    const wanted: Wanted = { kind: options.kind, steps: [] }
    let unknownOfRow: readonly Accepted[]
    try {
      expectNoCreated(row.value)
      // Without a promise for each row: nearly none refers to a secret.
      const open = mayNameSealed(row.value) ? await withSealedCells(row, options.openSealed) : row
      for (const change of options.changes(open)) {
        wanted.kind = change.kind
        const operation = options.operationOf(change.kind)
        const { secrets = [] } = operation
        const value = mayNameSealed(change.value, secrets) ? await opened(change.value, secrets, options) : change.value
        const step = wanted.steps.length
        wanted.steps.push({
          row,
          step,
          operation,
          given: change,
          creators: none,
          value: operation.accept(value, draw),
        })
      }
      unknownOfRow = wanted.steps.filter(step => !hasIds(step, options))
    } catch (error) {
      if (!isCode(error, 'ROW_INVALID')) throw error
      ctx.settled(refusal(row, wanted.kind, error))
      continue
    }
    accepted.push(wanted.steps)
    unknown.push(...unknownOfRow)
    // Names are looked up for the whole page at once.
    if (accepted.length >= rowsAtOnce && unknown.length === 0) await add()
  }
  await add()
}

/** The values with the secrets to which they refer. @throws EntrapipeError `RUN_UNKNOWN` if another store has them, `ROW_INVALID` */
const opened = async (
  value: Values,
  secrets: readonly string[],
  { openSealed }: LedgerSinkOptions,
): Promise<Values> => {
  let all = value
  for (const name of secrets) {
    const at = readSealedName(value[name])
    const found = at && (await openSealed.values(at))
    if (at && !found)
      throw new EntrapipeError('ROW_INVALID', `Run ${at.run} has no secrets of row ${at.key}.`, {
        facts: { column: name },
        fix: 'Enter the value.',
      })
    if (found) all = { ...all, [name]: found[name] ?? null }
  }
  return all
}

const refusal = (row: Row<unknown>, operation: string, error: EntrapipeError): Result => {
  const column = error.facts['column']
  return {
    key: row.key,
    operation,
    outcome: 'failed',
    code: 'ROW_INVALID',
    message: error.message,
    ...(typeof column === 'string' && { target: column }),
    ...given({ fix: error.fix }),
  }
}

/** Puts the ids of named objects into the values, if they are known without a request. Returns whether they are. */
const hasIds = (step: Accepted, { resolve, naming }: LedgerSinkOptions): boolean => {
  const named = step.operation.named?.(step.value)
  if (!named || named.length === 0) return true
  if (!named.some(({ name }) => isCreated(name))) naming(step.operation.kind)
  const ids: string[] = []
  const { key } = step.row
  const creators = named.map(({ name }) => (isCreated(name) ? creating(name, { key, step: step.step }) : undefined))
  for (const [at, one] of named.entries()) {
    const by = creators[at]
    const id = by ? createdId(by) : resolve.known(one)
    if (typeof id !== 'string') return false
    ids.push(id)
  }
  step.value = step.operation.resolved!(step.value, ids)
  step.creators = creators.flatMap(by => (by && by.key !== key ? by : []))
  return true
}

/** Looks up the objects that these steps name, and puts their ids into the values. Returns why some have none. */
const lookUp = async (steps: readonly Accepted[], options: LedgerSinkOptions): Promise<Map<Accepted, Finding>> => {
  const { resolve } = options
  const failed = new Map<Accepted, Finding>()
  const namedBy = ({ operation, value }: Accepted): readonly Named[] =>
    operation.named!(value).filter(({ name }) => !isCreated(name))
  if (steps.length > 0) await resolve(steps.flatMap(namedBy))
  for (const step of steps)
    if (!hasIds(step, options)) {
      const finding = namedBy(step)
        .map(resolve.known)
        .find(id => typeof id !== 'string')
      failed.set(step, finding!)
    }
  return failed
}

/** Completes the values of steps that name something within an object. Adds why some have none to `failed`. */
const complete = async (
  steps: readonly Accepted[],
  failed: Map<Accepted, Finding>,
  { context }: LedgerSinkOptions,
): Promise<void> => {
  const open = steps.filter(step => step.operation.completed && !failed.has(step))
  for (const [operation, ofKind] of Map.groupBy(open, step => step.operation)) {
    const values = ofKind.map(({ value }) => value)
    const completed = await operation.completed!(values, context())
    expectAnswers(operation.kind, values.length, completed.length)
    ofKind.forEach((step, at) => {
      const each = completed[at]!
      if ('value' in each) step.value = each.value
      else failed.set(step, each)
    })
  }
}

/** Made one at a time, while they are added. */
function* entriesOf(
  accepted: readonly (readonly Accepted[])[],
  failed: ReadonlyMap<Accepted, Finding>,
  options: LedgerSinkOptions,
  ctx: Context,
): Generator<NewEntry> {
  for (const steps of accepted) {
    const fault = failed.size > 0 ? steps.find(step => failed.has(step)) : undefined
    if (fault) ctx.settled({ key: fault.row.key, operation: fault.operation.kind, ...failed.get(fault)! })
    else for (const step of steps) yield entryOf(step, options)
  }
}

const entryOf = (
  { row, step, operation, given: { kind, expected, after, later, orSkipped, undoes }, creators, value }: Accepted,
  options: LedgerSinkOptions,
): NewEntry => {
  const { open, secrets } = divided(value, operation.secrets)
  const isMaking = operation.credentials?.made(open) === true
  if (isMaking) options.making()
  return {
    key: row.key,
    step,
    row: { kind, value: open, ...given({ expected, later: later && options.waiting(later), orSkipped, undoes }) },
    secrets,
    ...((isMaking || operation.credentials?.isWithheld?.(open) === true) && { isAlone: true }),
    about: operation.about(value),
    ordered: operation.ordered ?? false,
    locks: operation.locks(value),
    input: step === 0 ? options.inputOf(row.key) : undefined,
    waits: step > 0 ? 'then' : undefined,
    needs: creators.length > 0 || after ? needsOf(creators, after ?? none) : undefined,
  }
}

const needsOf = (creators: readonly StepOf[], after: readonly StepBefore[]): readonly Need[] => [
  ...creators.map(of => ({ ...of, waits: 'made' as const })),
  ...after.map(({ until, ...of }): Need => ({ ...of, waits: until ?? 'after' })),
]

/** The values without the secret ones, and those. */
const divided = (
  value: Values,
  names: readonly string[] | undefined,
): { readonly open: Values; readonly secrets: Values | undefined } => {
  if (!names?.some(name => name in value)) return { open: value, secrets: undefined }
  const open: Record<string, Json> = {}
  const secrets: Record<string, Json> = {}
  for (const name in value) (names.includes(name) ? secrets : open)[name] = value[name]!
  return { open, secrets }
}

/** Finds operations by name. @throws EntrapipeError `PIPELINE_INVALID` for an unknown one */
export const operationsBy =
  (find: (kind: string) => Operation | undefined) =>
  (kind: string): Operation => {
    const operation = find(kind)
    if (!operation)
      throw new EntrapipeError('PIPELINE_INVALID', `${JSON.stringify(kind)} is not the name of an operation.`)
    return operation
  }
