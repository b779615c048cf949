import { EntrapipeError } from '../core/errors.ts'
import { operationPermissions, type OperationPermissions } from '../data/permissions.ts'
import { didYouMean } from './did-you-mean.ts'

const familyOf = ({ operation }: OperationPermissions): string => operation.split(' ')[0]!
const families = [...new Set(operationPermissions.map(familyOf))]
const exact = (name: string) => operationPermissions.find(({ operation }) => operation === name)

interface FindOptions {
  /** Also operations that no command of this version does. @default false */
  readonly planned?: boolean
}

/** A family, and what is exported under its name: of `members`, what there is to do with members. */
const inFamily = (name: string): readonly OperationPermissions[] => {
  const own = operationPermissions.filter(one => familyOf(one) === name)
  const exported = own.length > 0 ? exact(`export ${name}`) : undefined
  return exported ? [exported, ...own] : own
}

/** The names that `findOperations` understands: every family that has an operation, and every operation. */
export const operationNames = ({ planned = false }: FindOptions = {}): readonly string[] => {
  const meant = (one: OperationPermissions) => planned || !one.planned
  return [
    ...families.filter(name => inFamily(name).some(meant)),
    ...operationPermissions.filter(meant).map(({ operation }) => operation),
  ]
}

/**
 * The operations that words name: `export users`, or a family such as `export` or `members`, several of them with
 * commas between. In `export users,groups` the second is of the first one's family. A family has what this version does:
 * `members` is then reading them.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a name that nothing has (the message names the nearest, or all families),
 *   and for one that no command of this version does
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

const unknown = (name: string, planned: boolean): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `No operation is called "${name}".${didYouMean(name, operationNames({ planned }))}`,
    {
      fix: `Give one of the families ${operationNames({ planned })
        .filter(one => !one.includes(' '))
        .join(', ')}, or an operation of theirs such as "export users"; \`entrapipe permissions\` lists them all.`,
    },
  )

const notYet = (name: string): EntrapipeError =>
  new EntrapipeError(
    'OPTION_INVALID',
    `"${name}" is not in this version, which only reads: nobody has to grant it yet.`,
    {
      fix: `Leave it out; \`entrapipe permissions ${name}\` shows what it will need.`,
    },
  )
