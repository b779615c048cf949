import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { isTime } from '../../core/instant.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import type { OperationColumns } from '../../core/operation-columns.ts'
import type { Values } from '../../core/operation.ts'
import { keyProperty } from '../../operations/columns/key-property.ts'
import { rowsOf } from '../../operations/columns/rows-of.ts'
import type { ChangeInputParams } from '../changes/change-input.ts'
import { locationOption } from '../changes/location-option.ts'
import { productCaptions } from '../../operations/licences/row.ts'

/** Parameters of `onboard`, named like its flags. */
export interface OnboardParams extends ChangeInputParams {
  readonly sku?: readonly string[]
  readonly group?: readonly string[]
  readonly role?: string
  readonly roleMode?: 'active' | 'eligible'
  readonly roleUntil?: string
  readonly set?: readonly string[]
  readonly match?: string
  readonly onConflict?: 'skip' | 'suffix' | 'fail'
  readonly ifNotExists?: boolean
  readonly usageLocation?: string
  readonly accessPass?: boolean
  readonly passStart?: string
  readonly passMinutes?: number
  readonly credentials?: string
  readonly reason?: string
  readonly ticket?: string
  readonly includePrivileged?: boolean
}

/** What a command says of its people. */
export interface OnboardOptions {
  readonly skus: readonly string[]
  readonly groups: readonly string[]
  readonly role?: string
  readonly isEligible: boolean
  readonly roleUntil?: string
  /** Flags that were given and only say how roles are given. */
  readonly roleFlags: readonly string[]
  /** Why roles are given. */
  readonly justification?: string
  readonly ticket?: string
  /** Properties of all accounts that their rows do not have. */
  readonly set: Values
  /** The property by which people are recognised. */
  readonly match?: string
  readonly onConflict: 'skip' | 'suffix' | 'fail'
  readonly completes: boolean
  /** A code, or `country`. */
  readonly usageLocation?: string
  readonly pass?: { readonly startDateTime?: string; readonly lifetimeInMinutes?: number }
  /** Whether privileged roles, and memberships of groups that can have roles, were asked for expressly. */
  readonly isPrivileged: boolean
}

const invalid = (message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', message, given({ fix }))

const managerCaptions = [
  ...['managerId', 'managerUserPrincipalName', 'managerUpn', 'managerMail', 'managerEmail', 'supervisor'],
]

/** Columns of a file of people: properties of users, and what they get. */
export const onboardColumns: OperationColumns = {
  names: {},
  properties: 'user',
  required: ['userPrincipalName', 'displayName'],
  options: {
    licenseSku: { type: 'String', captions: ['sku', ...productCaptions] },
    groups: { type: 'String', captions: ['group', 'groupName', 'groupNames'] },
    role: { type: 'String', captions: ['directoryRole', 'roleName'] },
    manager: { type: 'String', captions: managerCaptions },
    managerEmployeeId: { type: 'String' },
  },
}

/** Properties of one person. */
const ofOne = ['userPrincipalName', 'displayName', 'mailNickname', 'passwordProfile', 'employeeId']

/** @throws EntrapipeError `OPTION_INVALID` */
const setIn = (texts: readonly string[]): Values => {
  const cells = new Map<string, string>()
  for (const text of texts) {
    const at = text.indexOf('=')
    const [name, value] = [text.slice(0, Math.max(at, 0)).trim(), text.slice(at + 1).trim()]
    if (name === '' || value === '')
      throw invalid(`Expected --set to be property=value, such as department=Sales, got ${JSON.stringify(text)}.`)
    if (cells.has(name)) throw invalid(`--set names ${name} twice.`)
    cells.set(name, value)
  }
  if (cells.size === 0) return {}
  const names = [...cells.keys()]
  try {
    const columns: OperationColumns = { names: {}, properties: 'user' }
    const mapping = rowsOf({ operation: { kind: 'onboard', columns }, header: names })
    const values = mapping.valuesOf(Object.fromEntries(cells))
    const own = ofOne.find(name => name in values)
    if (own !== undefined) throw invalid(`--set has ${own}, which is different for each person.`, 'Use a column.')
    return values
  } catch (error) {
    if (!(error instanceof EntrapipeError) || error.code === 'OPTION_INVALID') throw error
    // Of a column that is none, the error says what to do in a file.
    const isColumn = error.code === 'COLUMN_UNKNOWN'
    throw invalid(`--set: ${error.message}`, isColumn ? 'Correct the name of the property.' : error.fix)
  }
}

const { captions } = objectKinds.user

/** @throws EntrapipeError `OPTION_INVALID` */
const matchIn = (text: string): string => {
  const columns: OperationColumns = { names: { user: { as: 'user', captions, about: 'The user.' } } }
  try {
    const { property, isUsual } = keyProperty({ kind: 'update-user', columns }, text)
    if (!isUsual) return property
  } catch (error) {
    if (!(error instanceof EntrapipeError)) throw error
    throw invalid(error.message.replaceAll('--key', '--match'), 'Use a property such as employeeId.')
  }
  throw invalid(
    `Expected --match to be a property that people keep, whatever they are called, got ${text}.`,
    'Use a property such as employeeId.',
  )
}

/** The column that `--usage-location column:NAME` names, as `--columns` says it. @throws EntrapipeError `OPTION_INVALID` */
export const locationColumn = ({ usageLocation }: OnboardParams): readonly string[] => {
  const { column } = locationOption(usageLocation)
  return column === undefined ? [] : [`${column}=usageLocation`]
}

/** Roles need a reason, wherever they stand. */
export const reasonMissing = (where: string): EntrapipeError =>
  invalid(`${where}, and --reason is missing. A role is given with a reason.`, 'Add --reason with a sentence.')

/**
 * Checks the options with each other.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const optionsOf = (params: OnboardParams): OnboardOptions => {
  const { sku = [], group = [], role, roleMode, roleUntil, match, onConflict = 'fail', usageLocation } = params
  const { accessPass = false, passStart, passMinutes, reason: justification } = params
  if (role !== undefined && justification === undefined) throw reasonMissing('--role is given')
  if (onConflict === 'suffix' && match === undefined)
    throw invalid(
      '--on-conflict suffix needs --match: without it, a second run would create everybody again under another name.',
      'Add --match with a property that identifies a person, such as employeeId.',
    )
  if (!accessPass && (passStart !== undefined || passMinutes !== undefined))
    throw invalid('--pass-start and --pass-minutes have no effect without --access-pass.', 'Add --access-pass.')
  if (passStart !== undefined && !isTime(passStart))
    throw invalid(`Expected --pass-start to be a date and a time such as 2026-03-01T08:00:00Z, got "${passStart}".`)
  return {
    skus: sku,
    groups: group,
    isEligible: roleMode === 'eligible',
    roleFlags: [
      ...(roleMode === undefined ? [] : ['--role-mode']),
      ...(roleUntil === undefined ? [] : ['--role-until']),
    ],
    set: setIn(params.set ?? []),
    onConflict,
    completes: params.ifNotExists === true,
    isPrivileged: params.includePrivileged === true,
    ...given({
      role,
      roleUntil,
      justification,
      ticket: params.ticket,
      match: match === undefined ? undefined : matchIn(match),
    }),
    ...given({ usageLocation: locationOption(usageLocation).usageLocation }),
    ...(accessPass && { pass: given({ startDateTime: passStart, lifetimeInMinutes: passMinutes }) }),
  }
}
