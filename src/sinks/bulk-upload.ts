import type { Fields, Json } from '../core/json.ts'
import type { ChangeSink } from '../core/parts.ts'
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
}

const core = 'urn:ietf:params:scim:schemas:core:2.0:User'
const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const users = 50

/**
 * Uploads rows to Microsoft's provisioning service, 50 in a request. The service compares them with Microsoft Entra ID or Active Directory, and
 * creates, updates or disables accounts. Each row has the result that the provisioning log shows: `done`, `unchanged` (skipped) or `failed`
 * with the reason of the log; `unknown` if the log has no line an hour after the upload. The run waits for the log.
 *
 * @example
 * sink: bulkUpload({ servicePrincipal: '11111111-2222-3333-4444-555555555555', job: 'API2AAD.…' })
 */
export const bulkUpload = <In = Fields>({
  servicePrincipal,
  job,
  user = scimUser as (value: In) => ScimUser,
}: BulkUploadOptions<In>): ChangeSink<In> => {
  let rows = 0
  return graph(value => ({
    kind: 'upload-user',
    value: { servicePrincipal, job, user: user(value), part: Math.floor(rows++ / users) },
  }))
}

const textOf = (value: unknown): string | undefined =>
  value === undefined || value === null || value === '' ? undefined : String(value as string)

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

const isOn = (value: unknown): boolean | undefined =>
  typeof value === 'boolean'
    ? value
    : /^(?:true|yes|1)$/i.test(textOf(value) ?? '')
      ? true
      : /^(?:false|no|0)$/i.test(textOf(value) ?? '')
        ? false
        : undefined

/**
 * A SCIM user of a row with Graph's names: `employeeId` (or `externalId`), `userPrincipalName`, `displayName`, `givenName`, `surname`, `jobTitle`,
 * `department`, `companyName`, `costCenter`, `division`, the address, `businessPhones`, `mobilePhone`, `mail`, `accountEnabled`, and `manager` with the
 * employee id of the manager. Columns such as `urn:contoso:employee:HireDate` are attributes of schema extensions. Other columns are left out.
 */
export const scimUser = (row: Fields): ScimUser => {
  const phone = (type: string, value: unknown): readonly Json[] =>
    textOf(value) === undefined ? [] : [{ type, value: textOf(value)! }]
  const phones = [...phone('work', [row['businessPhones']].flat()[0]), ...phone('mobile', row['mobilePhone'])]
  const place = withoutEmpty(section(row, address))
  const manager = textOf(row['manager'])
  const ofEnterprise = withoutEmpty({
    ...section(row, employed),
    employeeNumber: textOf(row['employeeId']),
    manager: manager === undefined ? undefined : { value: manager },
  })
  const extensions = extensionsOf(row)
  return {
    schemas: [core, enterprise, ...Object.keys(extensions)],
    ...withoutEmpty({
      externalId: textOf(row['externalId'] ?? row['employeeId']),
      userName: textOf(row['userPrincipalName']),
      displayName: textOf(row['displayName']),
      name: withoutEmpty({ givenName: textOf(row['givenName']), familyName: textOf(row['surname']) }),
      title: textOf(row['jobTitle']),
      active: isOn(row['accountEnabled']),
      emails:
        textOf(row['mail']) === undefined ? undefined : [{ type: 'work', primary: true, value: textOf(row['mail'])! }],
      addresses: place && [{ type: 'work', ...place }],
      phoneNumbers: phones.length > 0 ? phones : undefined,
      [enterprise]: ofEnterprise,
    }),
    ...extensions,
  }
}

/** Columns `urn:schema:Attribute` by their schema. */
const extensionsOf = (row: Fields): Readonly<Record<string, { readonly [name: string]: Json }>> => {
  const found: Record<string, Record<string, Json>> = {}
  for (const [column, value] of Object.entries(row)) {
    const [, schema, attribute] = /^(urn:.+):([^:]+)$/.exec(column) ?? []
    const text = textOf(value)
    if (schema !== undefined && attribute !== undefined && text !== undefined) (found[schema] ??= {})[attribute] = text
  }
  return found
}
