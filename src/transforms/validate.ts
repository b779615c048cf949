import { EntrapipeError } from '../core/errors.ts'
import type { Transform } from '../core/parts.ts'
import type { Row } from '../core/row.ts'
import { expectArgument } from '../data/expect-options.ts'

/** The part of Standard Schema (version 1) that is needed; zod, valibot, arktype and others have it. See https://standardschema.dev */
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
 * Lets through what the schema accepts, as the schema's output. A row it refuses is a result `failed` with code
 * `ROW_INVALID`: `target` is the first column that is wrong, `message` names every one and why.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once
 */
export const validate = <In, Out>(schema: StandardSchema<In, Out>): Transform<In, Out> => {
  expectArgument('validate', schema, 'a schema of zod, valibot, arktype or the like', isSchema(schema))
  return {
    kind: 'validate',
    open: () => row => {
      const checked = schema['~standard'].validate(row.value)
      return checked instanceof Promise ? checked.then(later => accepted(row, later)) : accepted(row, checked)
    },
  }
}

/** Some libraries make functions of schemas. */
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
