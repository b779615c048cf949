import { EntrapipeError } from '../core/errors.ts'
import { operationPermissions, type OperationPermissions } from '../data/permissions.ts'
import { didYouMean } from './did-you-mean.ts'

const familyOf = ({ operation }: OperationPermissions): string => operation.split(' ')[0]!
const families = [...new Set(operationPermissions.map(familyOf))]
const exact = (name: string) => operationPermissions.find(({ operation }) => operation === name)

interface FindOptions {
  /** Whether to include operations that this version does not support. @default false */
  readonly planned?: boolean
}

/** The operations of a family, including the export of that name: `members` has all operations on members. */
const inFamily = (name: string): readonly OperationPermissions[] => {
  const own = operationPermissions.filter(one => familyOf(one) === name)
  const exported = own.length > 0 ? exact(`export ${name}`) : undefined
  return exported ? [exported, ...own] : own
}

/** Names accepted by `findOperations`: all operations, and all families that have any. */
export const operationNames = ({ planned = false }: FindOptions = {}): readonly string[] => {
  const meant = (one: OperationPermissions) => planned || !one.planned
  return [
    ...new Set([
      ...families.filter(name => inFamily(name).some(meant)),
      ...operationPermissions.filter(meant).map(({ operation }) => operation),
    ]),
  ]
}

/**
 * Finds operations by name: `export users`, or a family such as `export` or `members`, several separated by commas. In
 * `export users,groups` the second has the family of the first. A family has only operations that this version supports:
 * for `members`, reading them.
 *
 * @throws EntrapipeError `OPTION_INVALID` for an unknown name (the message suggests the nearest, or lists all families),
 *   and for an operation that this version does not support
 */
export const findOperations = (
  words: readonly string[],
  { planned = false }: FindOptions = {},
): readonly OperationPermissions[] => {
  const found = new Set<OperationPermissions>()
  let family: string | undefined
  for (const phrase of words.join(' ').split(',')) {
    const name = phrase.trim().split(/\s+/).join(' ').toLowerCase()
    if (name === '') continue
    const full = family && exact(`${family} ${name}`) ? `${family} ${name}` : name
    const named = exact(full) ? [exact(full)!] : inFamily(full)
    if (named.length === 0) throw unknown(name, planned)
    const operations = planned ? named : named.filter(one => !one.planned)
    if (operations.length === 0) throw notYet(name)
    for (const operation of operations) found.add(operation)
    family = full.includes(' ') ? full.split(' ')[0] : undefined
  }
  return [...found]
}

/** The operations of each list of words, once. @throws EntrapipeError as `findOperations` */
export const allOperations = (asked: readonly (readonly string[])[]): readonly OperationPermissions[] => [
  ...new Set(asked.flatMap(words => findOperations(words))),
]

const unknown = (name: string, planned: boolean): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `Operation "${name}" does not exist.${didYouMean(name, operationNames({ planned }))}`,
    {
      fix: `Use one of the families ${operationNames({ planned })
        .filter(one => !one.includes(' '))
        .join(', ')}, or an operation such as "export users". \`entrapipe permissions\` lists them all.`,
    },
  )

const notYet = (name: string): EntrapipeError =>
  new EntrapipeError('OPTION_INVALID', `"${name}" is not supported by this version, so it needs no permissions yet.`, {
    fix: `Remove it. \`entrapipe permissions ${name}\` shows the permissions that it will need.`,
  })
