import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Graph } from '../../core/graph.ts'
import { isFields, type Fields } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import type { Key } from '../../core/row.ts'
import type { Store, StoreReader } from '../../store/store.ts'
import { onlyPhase, phasesOf } from '../../store/types.ts'
import { tenantTakenIn } from './intake-note.ts'

/** Where a secret is kept: in the ledger of a phase, with a row and its step. */
interface SealedAt {
  readonly run: string
  /** Undefined if the run has only one. */
  readonly phase?: string
  readonly key: Key
  readonly step: number
}

const start = 'sealed:'
const ofRun = new RegExp(`^${start}([0-9]{8}-[0-9]{6}-[0-9a-f]{8})/(.*)$`, 's')
const form = /^(?:([a-z][a-z0-9-]*)\/)?([0-9]+|".*")(?:#([0-9]+))?$/s

/** What stands for a secret outside its ledger: `sealed:RUN/LINE`, with `PHASE/` before the line if a run has several, and `#STEP` for a later step. */
export const sealedName = ({ run, phase = onlyPhase, key, step }: SealedAt): string => {
  const line = typeof key === 'number' ? key : JSON.stringify(key)
  return `${start}${run}/${phase === onlyPhase ? '' : `${phase}/`}${line}${step > 0 ? `#${step}` : ''}`
}

/** Reads such a name; undefined if it is none. @throws EntrapipeError `ROW_INVALID` for one that is misspelt */
export const readSealedName = (text: unknown): SealedAt | undefined => {
  const [, run, place] = (typeof text === 'string' && ofRun.exec(text)) || []
  if (run === undefined || place === undefined) return undefined
  const [, phase, line, step] = form.exec(place) ?? []
  const key = line === undefined ? undefined : keyOf(line)
  if (key === undefined)
    throw new EntrapipeError('ROW_INVALID', `${JSON.stringify(text)} does not name a row of run ${run}.`, {
      fix: 'Enter the value, or copy the name from the file of failed rows: sealed:RUN/LINE.',
    })
  return { run, ...given({ phase }), key, step: Number(step ?? 0) }
}

const keyOf = (line: string): Key | undefined => {
  try {
    return JSON.parse(line) as Key
  } catch {
    return undefined
  }
}

/** Whether a value may refer to a secret. Nearly no row has one, and its row need not wait. */
const mayName = (value: unknown): value is string => typeof value === 'string' && value.startsWith(start)

/** Whether a cell of a row, or one of these values, may refer to a secret. */
export const mayNameSealed = (values: unknown, names?: readonly string[]): boolean => {
  if (!isFields(values)) return false
  if (names) return names.some(name => mayName(values[name]))
  for (const name in values) if (mayName(values[name])) return true
  return false
}

/** Opens the secrets to which values and cells refer. */
export interface OpenSealed {
  /** The secret values of a change; undefined if it has none. */
  readonly values: (at: SealedAt) => Promise<Values | undefined>
  /** The row as it was read; undefined if it was not kept. */
  readonly input: (at: SealedAt) => Promise<Fields | undefined>
}

/** A run that is read until it is closed. */
interface Opened {
  readonly reader: Promise<StoreReader>
  readonly close: () => Promise<void>
}

type Runs = Pick<Store, 'get' | 'read'>
type Tenant = Graph['tenant']

/** The index of runs may have been altered, so the ledgers are asked as well. */
const expectSameTenant = async (store: Runs, reader: StoreReader, id: string, tenant: Tenant): Promise<void> => {
  const info = await store.get(id)
  const ledgers = await Promise.all(phasesOf(info).map(phase => tenantTakenIn(reader.phase(phase))))
  if ([info.tenant?.id, ...ledgers].every(each => each === undefined || each === tenant.id)) return
  throw new EntrapipeError(
    'INPUT_FOREIGN',
    `The secrets of these rows are in run ${id}, which is for another tenant than ${tenant.name} (${tenant.id}). Nothing was sent.`,
    { facts: { run: id }, fix: 'Enter the secrets in the input.' },
  )
}

const open = (store: Runs, run: string, tenant: Tenant): Opened => {
  const opened = Promise.withResolvers<StoreReader>()
  const over = Promise.withResolvers<void>()
  const reading = store.read(run, async reader => {
    await expectSameTenant(store, reader, run, tenant)
    opened.resolve(reader)
    return over.promise
  })
  reading.catch(error => opened.reject(isCode(error, 'RUN_UNKNOWN') ? notHere(run, error) : error))
  return {
    reader: opened.promise,
    close() {
      over.resolve()
      return reading
    },
  }
}

const notHere = (run: string, cause: unknown): EntrapipeError =>
  new EntrapipeError(
    'RUN_UNKNOWN',
    `The secrets of these rows are in run ${run}, which is not in this store. Nothing was sent.`,
    {
      cause,
      facts: { run },
      fix: 'Use the store where the file was made, or enter the secrets in the input.',
    },
  )

/**
 * Each run to which rows refer is opened once, until `work` is over.
 *
 * @throws EntrapipeError `RUN_UNKNOWN` if the store does not have the run, `INPUT_FOREIGN` if it is another tenant's, and as `work` does
 */
export const withSealedValues = async <T>(
  store: Runs,
  tenant: Tenant,
  work: (open: OpenSealed) => Promise<T>,
): Promise<T> => {
  const runs = new Map<string, Opened>()
  const read = (run: string): Promise<StoreReader> => {
    const opened = runs.get(run) ?? open(store, run, tenant)
    runs.set(run, opened)
    return opened.reader
  }
  try {
    return await work({
      values: async ({ run, key, step, phase }) => (await read(run)).openSecrets(key, step, phase),
      input: async ({ run, key, phase }) => (await read(run)).inputOf(key, phase),
    })
  } finally {
    // A run that could not be opened has said so to its reader.
    await Promise.allSettled([...runs.values()].map(each => each.close()))
  }
}

/**
 * The row with the cells to which it refers: a file of failed rows names its secrets instead of having them.
 *
 * @throws EntrapipeError `ROW_INVALID` (facts: column) if that row has no such cell; as `withSealedValues`
 */
export const withSealedCells = async <R extends { readonly value: unknown }>(
  row: R,
  { input }: Pick<OpenSealed, 'input'>,
): Promise<R> => {
  if (!isFields(row.value)) return row
  let found: Record<string, unknown> | undefined
  for (const [column, cell] of Object.entries(row.value)) {
    let value = cell
    // The row of that run may itself have come from a file of failed rows.
    for (let at = readSealedName(value); at; at = readSealedName(value)) {
      value = (await input(at))?.[column]
      if (value !== undefined) continue
      throw new EntrapipeError('ROW_INVALID', `Row ${at.key} of run ${at.run} has no secret in the column ${column}.`, {
        facts: { column },
        fix: 'Enter the value, or keep the name of the column.',
      })
    }
    if (value === cell) continue
    found ??= { ...row.value }
    found[column] = value
  }
  return found ? { ...row, value: found } : row
}
