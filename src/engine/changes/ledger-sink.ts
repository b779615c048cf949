import { hash, randomBytes, randomInt } from 'node:crypto'
import type { Context } from '../../core/context.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Fields, Json } from '../../core/json.ts'
import type { Draw, Finding, Named, Operation, OperationRow, Values } from '../../core/operation.ts'
import type { Sink } from '../../core/parts.ts'
import type { Row } from '../../core/row.ts'
import type { Ledger, NewEntry } from '../../store/ledger-types.ts'
import { createdId, isCreated } from './created-ids.ts'
import type { Resolve } from './resolve.ts'
import { readSealedName, withSealedCells, type OpenSealed } from './sealed-values.ts'

/** Options of `ledgerSink`. */
interface LedgerSinkOptions {
  readonly ledger: Ledger
  readonly operationOf: (kind: string) => Operation
  readonly resolve: Resolve
  readonly openSealed: OpenSealed
  /** The changes of a row, in the order of their steps. */
  readonly changes: (row: Row<unknown>) => readonly OperationRow[]
  /** The row as it was read. */
  readonly inputOf: (key: Row<unknown>['key']) => Fields | undefined
}

interface Intake extends LedgerSinkOptions {
  readonly key: string
}

/** A change on its way into the ledger. */
interface Accepted {
  readonly row: Row<unknown>
  readonly step: number
  readonly operation: Operation
  readonly given: OperationRow
  value: Values
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789'
const draw: Draw = { text: length => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('') }

/** The intake of a write run: rows are checked, their names are resolved to ids, and they are added to the ledger. */
export const ledgerSink = (options: LedgerSinkOptions): Sink<unknown> => ({
  kind: 'graph',
  usesGraph: true,
  async open(ctx) {
    // Digests contain secrets, and are only compared within this intake.
    const key = randomBytes(32).toString('base64url')
    return {
      write: rows => takeIn(rows, { ...options, key }, ctx),
      // Intake has no cuts: an interrupted one starts over.
      checkpoint: async () => ({ mark: 0, cut: 0 }),
      finish: async () => [],
      close: async () => undefined,
    }
  },
})

const takeIn = async (rows: readonly Row<unknown>[], options: Intake, ctx: Context): Promise<void> => {
  const accepted: (readonly Accepted[])[] = []
  for (const row of rows) {
    const steps = await acceptRow(row, options, ctx)
    if (steps) accepted.push(steps)
  }
  const failed = await resolveAll(accepted.flat(), options)
  const entries: NewEntry[] = []
  for (const steps of accepted) {
    const [at, finding] = firstFailed(steps, failed)
    if (finding) ctx.settled(failure(steps[at]!, finding))
    else for (const step of steps) entries.push(entryOf(step, steps.length, options))
  }
  if (entries.length > 0) await options.ledger.add(entries)
}

/** The steps of a row; undefined once it has failed. */
const acceptRow = async (
  row: Row<unknown>,
  options: Intake,
  ctx: Context,
): Promise<readonly Accepted[] | undefined> => {
  const { changes, operationOf } = options
  const steps: Accepted[] = []
  let kind = 'graph'
  try {
    const open = await withSealedCells(row, options.openSealed)
    for (const [step, wanted] of changes(open).entries()) {
      ;({ kind } = wanted)
      const operation = operationOf(kind)
      steps.push({
        row,
        step,
        operation,
        given: wanted,
        value: operation.accept(await opened(wanted.value, operation, options), draw),
      })
    }
  } catch (error) {
    if (!isCode(error, 'ROW_INVALID')) throw error
    const column = error.facts['column']
    ctx.settled({
      key: row.key,
      operation: kind,
      outcome: 'failed',
      code: 'ROW_INVALID',
      message: error.message,
      ...(typeof column === 'string' && { target: column }),
      ...given({ fix: error.fix }),
    })
    return undefined
  }
  return steps
}

/** The values with the secrets to which they refer. @throws EntrapipeError `RUN_UNKNOWN` if another store has them */
const opened = async (value: Values, { secrets = [] }: Operation, { openSealed }: Intake): Promise<Values> => {
  let all = value
  for (const name of secrets) {
    const at = readSealedName(value[name])
    const found = at && (await openSealed.values(at))
    if (at && !found) throw new EntrapipeError('RUN_UNKNOWN', `Run ${at.run} has no secrets of row ${at.key}.`)
    if (found) all = { ...all, [name]: found[name] ?? null }
  }
  return all
}

/** Puts the ids of named objects into the values. Returns why some have none. */
const resolveAll = async (
  accepted: readonly Accepted[],
  { resolve }: LedgerSinkOptions,
): Promise<ReadonlyMap<Accepted, Finding>> => {
  const naming = accepted.flatMap(each => {
    const named = each.operation.named?.(each.value) ?? []
    return named.length > 0 ? [{ each, named }] : []
  })
  const resolved = await resolve(naming.flatMap(({ named }) => named.filter(isLookedUp)))
  const failed = new Map<Accepted, Finding>()
  let from = 0
  for (const { each, named } of naming) {
    const ids = named.map(one => (isLookedUp(one) ? resolved[from++]! : createdId(each.row.key, one.name)))
    const finding = ids.find(id => typeof id !== 'string')
    if (finding) failed.set(each, finding as Finding)
    else each.value = each.operation.resolved!(each.value, ids as readonly string[])
  }
  return failed
}

const isLookedUp = ({ name }: Named): boolean => !isCreated(name)

const firstFailed = (steps: readonly Accepted[], failed: ReadonlyMap<Accepted, Finding>) => {
  const at = steps.findIndex(step => failed.has(step))
  return [at, at < 0 ? undefined : failed.get(steps[at]!)] as const
}

const failure = ({ row, operation }: Accepted, finding: Finding) => ({
  key: row.key,
  operation: operation.kind,
  ...finding,
})

const entryOf = (
  { row, step, operation, given: { kind, expected }, value }: Accepted,
  steps: number,
  options: Intake,
): NewEntry => {
  const names = operation.secrets ?? []
  const isSecret = ([name]: readonly [string, unknown]): boolean => names.includes(name)
  const all = Object.entries(value)
  const secrets = names.length === 0 ? [] : all.filter(isSecret)
  const open = secrets.length === 0 ? value : Object.fromEntries(all.filter(each => !isSecret(each)))
  const input = step === 0 ? options.inputOf(row.key) : undefined
  return {
    key: row.key,
    ...(steps > 1 && { step }),
    row: { kind, value: open, ...given({ expected }) },
    ...(secrets.length > 0 && { secrets: Object.fromEntries(secrets) }),
    about: operation.about(value),
    ...(operation.ordered && { ordered: true }),
    digest: digestOf(options.key, [kind, value, expected ?? null]),
    locks: operation.locks(value),
    ...given({ input }),
    ...(step > 0 && { waits: 'then' as const }),
  }
}

/** Several times as fast as an HMAC, whose key is imported for each row; a digest that is cut short cannot be extended. */
const digestOf = (key: string, change: Json): string =>
  hash('sha256', `${key}${JSON.stringify(change)}`, 'base64url').slice(0, 22)

/** Finds operations by name. @throws EntrapipeError `PIPELINE_INVALID` for an unknown one */
export const operationsBy =
  (find: (kind: string) => Operation | undefined) =>
  (kind: string): Operation => {
    const operation = find(kind)
    if (!operation)
      throw new EntrapipeError('PIPELINE_INVALID', `${JSON.stringify(kind)} is not the name of an operation.`)
    return operation
  }
