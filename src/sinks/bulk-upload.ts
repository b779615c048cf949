import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { isGuid } from '../core/guid.ts'
import { invisibleIn } from '../core/invisible.ts'
import { columnsOf, type Fields, type Json } from '../core/json.ts'
import type { ChangeSink } from '../core/parts.ts'
import { unusedColumns } from '../core/unused-columns.ts'
import { expectOptions, needed } from '../data/expect-options.ts'
import { yesOrNo } from '../data/yes-no.ts'
import { graph } from './graph.ts'

/** A user as SCIM has it, with `externalId` and `schemas`. */
export type ScimUser = { readonly [attribute: string]: Json }

/** Options of `bulkUpload`. Both ids are in the "Provisioning API endpoint" of the provisioning app. */
export interface BulkUploadOptions<In> {
  /** Object id of the service principal of the provisioning app. */
  readonly servicePrincipal: string
  /** Id of its job: `API2AAD.…` or `API2AD.…`. */
  readonly job: string
  /** The SCIM user of a row. @default `scimUser`, which reads the names of Graph's properties */
  readonly user?: (value: In) => ScimUser
  /**
   * What a row without `accountEnabled` says: that the account is switched on or off, or nothing. Microsoft does not say how the service
   * understands a user without `active`: accounts may be disabled. @default such rows fail
   */
  readonly active?: boolean | 'omit'
}

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const users = 50

/**
 * Uploads rows to Microsoft's provisioning service, 50 in a request. The service compares them with Microsoft Entra ID or Active Directory, and
 * creates, updates or disables accounts. Each row has the result that the provisioning log shows: `done`, `unchanged` (skipped) or `failed`
 * with the reason of the log; `unknown` if the log has no line an hour after the upload. The run waits for the log, and finds the line of a row
 * by its `externalId`.
 *
 * @throws EntrapipeError `OPTION_INVALID` at once; also before anything is sent if the app or its job does not exist, provided the sign-in may read jobs
 * @example
 * sink: bulkUpload({ servicePrincipal: '11111111-2222-3333-4444-555555555555', job: 'API2AAD.…' })
 */
export const bulkUpload = <In = Fields>(options: BulkUploadOptions<In>): ChangeSink<In> => {
  expectOptions('bulkUpload', options, {
    servicePrincipal: needed('the object id of the provisioning app'),
    job: needed('the id of its job', value => typeof value === 'string'),
    user: { mustBe: 'a function of a value', fits: value => typeof value === 'function' },
    active: { mustBe: "true, false or 'omit'", fits: value => typeof value === 'boolean' || value === 'omit' },
  })
  const { servicePrincipal, job, user, active } = options
  let rows = 0
  const unused = new Set<string>()
  const userOf = (value: In): ScimUser => {
    if (user) return user(value)
    const row = value as Fields
    for (const column of columnsOf(row)) if (!isRead(column)) unused.add(column)
    return scimUser(row, active)
  }
  const sink = graph<In>(
    value => ({
      kind: 'upload-user',
      value: { servicePrincipal, job, user: userOf(value), part: Math.floor(rows++ / users) },
    }),
    { notes: () => (unused.size > 0 ? [unusedColumns([...unused])] : []) },
  )
  return { ...sink, check: ctx => checkJob(ctx, servicePrincipal, job) }
}

const unfit = (message: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, {
    fix: 'Both ids are in the "Provisioning API endpoint" of the app. In the portal: Enterprise apps, the app, Provisioning, View technical information.',
  })

/** A sign-in that may not read jobs is not told: the first upload fails then. */
const checkJob = async ({ graph, signal }: Context, app: string, job: string): Promise<void> => {
  if (!isGuid(app))
    throw unfit(`Expected servicePrincipal to be the object id of the provisioning app, got ${JSON.stringify(app)}.`)
  if (job.trim() === '') throw unfit('job is empty: expected the id of the job of the provisioning app.')
  const url = `/servicePrincipals/${app}/synchronization/jobs/${encodeURIComponent(job)}`
  const { status } = await graph.attempt({ method: 'GET', url }, signal)
  if (status === 404) throw unfit(`Tenant ${graph.tenant.name} has no service principal ${app} with the job "${job}".`)
}

/** The text of a cell. A cell of blanks is an empty one. */
const textOf = (value: unknown): string | undefined => {
  const text = value === undefined || value === null ? '' : String(value as string)
  return text.trim() === '' ? undefined : text
}

const withoutEmpty = (
  fields: Readonly<Record<string, Json | undefined>>,
): { readonly [name: string]: Json } | undefined => {
  const entries = Object.entries(fields).filter((entry): entry is [string, Json] => entry[1] !== undefined)
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** Attributes that are read by the names of Graph's properties, and where SCIM has them. */
const address = {
  streetAddress: 'streetAddress',
  city: 'locality',
  state: 'region',
  postalCode: 'postalCode',
  country: 'country',
}
const employed = {
  department: 'department',
  costCenter: 'costCenter',
  division: 'division',
  companyName: 'organization',
}

const section = (row: Fields, of: Readonly<Record<string, string>>): Record<string, Json | undefined> =>
  Object.fromEntries(Object.entries(of).map(([property, attribute]) => [attribute, textOf(row[property])]))

const wrong = (column: string, message: string, fix: string): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', message, { facts: { column }, fix })

const words: Readonly<Record<string, boolean>> = { true: true, false: false, 1: true, 0: false }

/** Whether the account is switched on; undefined if it is not said. */
const activeOf = (value: unknown, missing: boolean | 'omit' | undefined): boolean | undefined => {
  if (typeof value === 'boolean') return value
  const word = (textOf(value) ?? '').trim()
  if (word !== '') {
    const found = words[word.toLowerCase()] ?? yesOrNo(word)
    if (found !== undefined) return found
    throw wrong(
      'accountEnabled',
      `Expected accountEnabled to be true or false, got ${JSON.stringify(word)}.`,
      'Write true or false, or translate the word in the pipeline.',
    )
  }
  if (missing !== undefined) return missing === 'omit' ? undefined : missing
  throw wrong(
    'accountEnabled',
    'accountEnabled is empty, and Microsoft does not say whether that disables an account.',
    "Enter true or false, or set the option `active` of bulkUpload: true, false, or 'omit' to leave it to the service.",
  )
}

/** A key or a name, without blanks at its ends. */
const keyOf = (row: Fields, column: string): string | undefined => {
  const text = textOf(textOf(row[column])?.trim())
  const character = invisibleIn(text ?? '')
  if (character === undefined) return text
  throw wrong(
    column,
    `${column} has the character ${character}, which cannot be seen.`,
    'Remove the character: enter the value again by hand.',
  )
}

const named = new Set([
  ...['externalId', 'employeeId', 'userPrincipalName', 'displayName', 'givenName', 'surname', 'jobTitle'],
  ...['accountEnabled', 'mail', 'businessPhones', 'mobilePhone', 'manager'],
  ...Object.keys(address),
  ...Object.keys(employed),
])

const isRead = (column: string): boolean => named.has(column) || extension.test(column)

/**
 * A SCIM user of a row with Graph's names: `employeeId` (or `externalId`), `userPrincipalName`, `displayName`, `givenName`, `surname`, `jobTitle`,
 * `department`, `companyName`, `costCenter`, `division`, the address, `businessPhones`, `mobilePhone`, `mail`, `accountEnabled`, and `manager` with the
 * employee id of the manager. Columns such as `urn:contoso:employee:HireDate` are attributes of schema extensions. Other columns, and
 * empty cells, are left out.
 *
 * @param active what a row without `accountEnabled` says @default it fails
 * @throws EntrapipeError `ROW_INVALID` (facts: column)
 */
export const scimUser = (row: Fields, active?: boolean | 'omit'): ScimUser => {
  const phone = (type: string, value: unknown): readonly Json[] =>
    textOf(value) === undefined ? [] : [{ type, value: textOf(value)! }]
  const phones = [...phone('work', [row['businessPhones']].flat()[0]), ...phone('mobile', row['mobilePhone'])]
  const place = withoutEmpty(section(row, address))
  const manager = keyOf(row, 'manager')
  const ofEnterprise = withoutEmpty({
    ...section(row, employed),
    employeeNumber: keyOf(row, 'employeeId'),
    manager: manager === undefined ? undefined : { value: manager },
  })
  const extensions = extensionsOf(row)
  const externalId = keyOf(row, 'externalId') ?? keyOf(row, 'employeeId')
  if (externalId === undefined) {
    const column = 'externalId' in row && !('employeeId' in row) ? 'externalId' : 'employeeId'
    throw wrong(
      column,
      `${column} is empty: it identifies the person.`,
      'Enter it, or name another column in the pipeline: the attribute mapping of the app compares it with employeeId.',
    )
  }
  return {
    schemas: [core, enterprise, ...Object.keys(extensions)],
    ...withoutEmpty({
      externalId,
      userName: keyOf(row, 'userPrincipalName'),
      displayName: textOf(row['displayName']),
      name: withoutEmpty({ givenName: textOf(row['givenName']), familyName: textOf(row['surname']) }),
      title: textOf(row['jobTitle']),
      active: activeOf(row['accountEnabled'], active),
      emails:
        textOf(row['mail']) === undefined ? undefined : [{ type: 'work', primary: true, value: textOf(row['mail'])! }],
      addresses: place && [{ type: 'work', ...place }],
      phoneNumbers: phones.length > 0 ? phones : undefined,
      [enterprise]: ofEnterprise,
    }),
    ...extensions,
  }
}

const extension = /^(urn:.+):([^:]+)$/

/** Columns `urn:schema:Attribute` by their schema. */
const extensionsOf = (row: Fields): Readonly<Record<string, { readonly [name: string]: Json }>> => {
  const found: Record<string, Record<string, Json>> = {}
  for (const [column, value] of Object.entries(row)) {
    const [, schema, attribute] = extension.exec(column) ?? []
    const text = textOf(value)
    if (schema !== undefined && attribute !== undefined && text !== undefined) (found[schema] ??= {})[attribute] = text
  }
  return found
}
