import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { columnsOf, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'

/** The required part of Standard Schema (version 1), which zod, valibot, arktype and others implement. See https://standardschema.dev */
export interface StandardSchema<In, Out> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => Checked<Out> | Promise<Checked<Out>>
    readonly types?: { readonly input: In; readonly output: Out } | undefined
  }
}

type Checked<Out> = { readonly value: Out; readonly issues?: undefined } | { readonly issues: readonly Issue[] }

interface Issue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/**
 * Validates rows and passes on the schema's output: an object schema drops the columns that it does not name, unless it is
 * loose (`z.looseObject`). A note of the run names the columns that the first valid row lost. An invalid row is rejected with
 * `ROW_INVALID`: `target` is the first invalid column, `message` names every invalid column and the reason.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const validate = <In, Out>(schema: StandardSchema<In, Out>): Transform<In, Out> => {
  expectArgument('validate', schema, 'a Standard Schema, such as one of zod, valibot or arktype', isSchema(schema))
  return {
    kind: 'validate',
    open(ctx) {
      let isFirst = true
      const made = (row: Row<In>, checked: Checked<Out>): Row<Out> => {
        const out = accepted(row, checked)
        if (isFirst) tellDropped(ctx, row.value, out.value)
        isFirst = false
        return out
      }
      return row => {
        const checked = schema['~standard'].validate(row.value)
        return checked instanceof Promise ? checked.then(later => made(row, later)) : made(row, checked)
      }
    },
  }
}

/** Notes which columns of a row the schema's output lacks. */
const tellDropped = (ctx: Context, given: unknown, made: unknown): void => {
  if (!isRow(given) || !isRow(made)) return
  const dropped = columnsOf(given).filter(name => !Object.hasOwn(made, name))
  if (dropped.length > 0)
    ctx.origin({ note: `validate drops ${listed(dropped)}, which the output of its schema does not have.` })
}

const isRow = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value)

const listed = (names: readonly string[]): string => {
  const told = names.length > 12 ? `${names.slice(0, 12).join(', ')} and ${names.length - 12} more` : names.join(', ')
  return names.length === 1 ? `the column ${told}` : `the columns ${told}`
}

/** In some libraries schemas are functions. */
const isSchema = (given: unknown): boolean =>
  ((typeof given === 'object' && given !== null) || typeof given === 'function') && '~standard' in given

const accepted = <Out>(row: Row<unknown>, checked: Checked<Out>): Row<Out> => {
  if (!checked.issues) return { key: row.key, value: checked.value }
  const told = checked.issues.map(issue => ({ column: columnOf(issue), message: issue.message }))
  throw new EntrapipeError(
    'ROW_INVALID',
    told.map(({ column, message }) => (column ? `${column}: ${message}` : message)).join('; '),
    { facts: { column: told[0]?.column || undefined } },
  )
}

const columnOf = (issue: Issue): string =>
  (issue.path ?? []).map(step => String(typeof step === 'object' ? step.key : step)).join('.')
