import { randomBytes } from 'node:crypto'
import type { Context } from '../../core/context.ts'
import { EntrapipeError, isCode } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { columnsOf, isFields, type Fields, type Json } from '../../core/json.ts'
import { namedBy } from '../../core/named-by.ts'
import type { Finding, Values } from '../../core/operation.ts'
import type { Source } from '../../core/parts.ts'
import { readAll } from '../../core/read-all.ts'
import type { Result } from '../../core/result.ts'
import type { Key } from '../../core/row.ts'
import { isSecretColumn } from '../../core/secret-columns.ts'
import { countryIn } from '../../data/countries.ts'
import { usageLocationIn } from '../../operations/licences/usage-location.ts'
import { makesPassword } from '../../operations/users/initial-password.ts'
import { newUser } from '../../operations/users/new-user.ts'
import { textAt } from '../../operations/users/unique.ts'
import { invalid } from '../../operations/values/expect.ts'
import { textsIn } from '../changes/named-products.ts'
import { cohortOf, remark, type Wanted } from './cohort.ts'
import { reasonMissing, type OnboardOptions } from './options.ts'
import { followOptions } from './unused.ts'

/** A finding about a row that is wrong. */
export const findingOf = ({ message, fix, code }: EntrapipeError): Finding => ({
  outcome: 'failed',
  code,
  message,
  ...given({ fix }),
})

/** Both values; of a complex property, the members of both. The second takes precedence. */
const merged = (all: Values, own: Values): Values => {
  const values: { [name: string]: Json } = { ...all, ...own }
  for (const [name, value] of Object.entries(own))
    if (isFields(value) && isFields(all[name])) values[name] = { ...all[name], ...value } as Json
  return values
}

const oneIn = (column: string, value: Json | undefined): string | undefined => {
  const [one, another] = textsIn(column, value)
  if (another !== undefined) throw invalid(column, `${column} names several, and a person has one.`)
  return one
}

const managerIn = (manager: Json | undefined, employeeId: Json | undefined): string | undefined => {
  const named = oneIn('Manager', manager)
  const numbered = oneIn('managerEmployeeId', employeeId)
  if (named !== undefined && numbered !== undefined)
    throw invalid('Manager', 'Manager and managerEmployeeId both name a manager.', 'Empty one of them.')
  return named ?? (numbered === undefined ? undefined : namedBy('employeeId', numbered))
}

/** The usage location of a row, as a code: its own, else that of the command. */
const locationIn = ({ usageLocation = null, country }: Values, { usageLocation: ofAll }: OnboardOptions) => {
  const wanted = usageLocation === null || usageLocation === '' ? ofAll : usageLocationIn({ usageLocation })
  if (wanted !== 'country') return wanted
  const found = typeof country === 'string' ? countryIn(country) : undefined
  if (found !== undefined) return found
  throw invalid(
    'country',
    typeof country === 'string' && country !== ''
      ? `${JSON.stringify(country)} is not the name of one country, so the row has no usage location.`
      : 'The row has neither a usage location nor a country.',
    'Enter a code such as DE in UsageLocation.',
  )
}

const passwordGiven = (input: Fields): EntrapipeError => {
  // The portal's template has the name of the property in each header, whatever the language.
  const header = Object.keys(input).find(name => /password/i.test(name)) ?? 'Initial password'
  return new EntrapipeError('HEADER_INVALID', 'The file has initial passwords, and `entrapipe onboard` makes them.', {
    fix: `Leave the column out, for example with --columns "${header}=".`,
  })
}

/**
 * What a row wants.
 *
 * @throws EntrapipeError `ROW_INVALID`; `HEADER_INVALID` if it has a password
 */
const wantedOf = (
  row: Values,
  input: Fields,
  options: OnboardOptions,
  follow: ReturnType<typeof followOptions>,
): Wanted => {
  const { licenseSku, groups, role, manager, managerEmployeeId, ...own } = row
  if ((own['passwordProfile'] ?? null) !== null) throw passwordGiven(input)
  const values = merged(options.set, own)
  const usageLocation = locationIn(values, options)
  const account = { ...values, ...given({ usageLocation }) }
  // As intake will see it, so that a row which cannot be sent takes no name.
  const { userPrincipalName } = newUser({ ...account, [makesPassword]: true }, { text: () => '', bytes: randomBytes })
  if (options.match !== undefined && textAt(account, options.match) === '')
    throw invalid(options.match, `${options.match} is empty, and --match recognises people by it.`, 'Enter it.')
  const [skus, teams] = [textsIn('LicenseSKU', licenseSku), textsIn('Groups', groups)]
  const ownRole = oneIn('Role', role)
  const names = { role: ownRole ?? options.role, manager: managerIn(manager, managerEmployeeId) }
  follow.row({ values: own, skus, groups: teams, role: ownRole })
  return {
    account: { ...account, userPrincipalName },
    skus: skus.length > 0 ? skus : options.skus,
    groups: [...new Set(teams.length > 0 ? teams : options.groups)],
    ...given(names),
  }
}

/** Columns of secrets that are ignored are not kept: the text is not sealed. */
const withoutSecrets = (name: string, value: unknown): unknown => (isSecretColumn(name) ? undefined : value)

const insert = 'insert into people (line, input, upn, person, wanted, finding) values (?, ?, ?, ?, ?, ?)'

/** Rows in one transaction. */
const rowsAtOnce = 500

interface Read {
  readonly key: Key
  readonly input: Fields
  readonly wanted?: Wanted
  readonly finding?: Finding
}

/**
 * Reads the rows into the table `people`, also those that are wrong.
 *
 * @throws EntrapipeError `OPTION_INVALID` if a row names a role and there is no reason, `HEADER_INVALID` for passwords; as the source
 */
export const readCohort = async (
  source: Source<Fields>,
  valuesOf: (row: Fields) => Values,
  options: OnboardOptions,
  ctx: Context,
): Promise<void> => {
  const cohort = cohortOf(ctx)
  const statement = cohort.sql.prepare(insert)
  const json = (value: object | undefined): string | null => (value ? JSON.stringify(value) : null)
  const lower = (value: unknown): string | null => (typeof value === 'string' ? value.trim().toLowerCase() : null)
  const follow = followOptions(options)
  let open: Read[] = []
  let done = 0
  const flush = (): void => {
    const full = open
    open = []
    cohort.write(() => {
      for (const { key, input, wanted, finding } of full) {
        const person = wanted && options.match !== undefined ? textAt(wanted.account, options.match) : undefined
        statement.run(
          ...[JSON.stringify(key), JSON.stringify(input, withoutSecrets), lower(wanted?.account.userPrincipalName)],
          ...[lower(person), json(wanted), json(finding)],
        )
      }
    })
  }
  const add = (row: Read): void => {
    open.push(row)
    done++
    if (open.length >= rowsAtOnce) flush()
  }
  const reading: Context = Object.create(ctx, {
    settled: {
      // The target of what is no row is the file.
      value({ key, operation: _, outcome, target: __, ...rest }: Result, input: Fields = {}): void {
        if (outcome === 'unknown' || outcome === 'waiting') return
        // A secret may be in any column of a row that could not be read.
        const isSecret = rest.isUnread === true && columnsOf(input).some(isSecretColumn)
        add({ key, input: isSecret ? {} : input, finding: { outcome, ...rest } })
      },
    },
  }) as Context
  for await (const { rows } of readAll(source, reading)) {
    for (const { key, value } of rows)
      try {
        const wanted = wantedOf(valuesOf(value), value, options, follow)
        if (wanted.role !== undefined && options.justification === undefined)
          throw reasonMissing(`Line ${String(key)} names the role ${wanted.role}`)
        add({ key, input: value, wanted })
      } catch (error) {
        if (!isCode(error, 'ROW_INVALID')) throw error
        const column = error.facts['column']
        add({
          key,
          input: value,
          finding: { ...findingOf(error), ...(typeof column === 'string' && { target: column }) } as Finding,
        })
      }
    ctx.doing({ what: 'reading people', done })
  }
  flush()
  remark(cohort, follow.sentences())
}
