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

/** An operation or a family that begins a phrase, and the words after it; undefined if none does. */
const firstName = (
  words: readonly string[],
  family: string | undefined,
): { readonly name: string; readonly rest: readonly string[] } | undefined => {
  for (let many = words.length; many > 0; many--) {
    const name = words.slice(0, many).join(' ')
    const full = family && exact(`${family} ${name}`) ? `${family} ${name}` : name
    if (exact(full) || inFamily(full).length > 0) return { name: full, rest: words.slice(many) }
  }
  return undefined
}

/**
 * Finds operations by name: `export users`, or a family such as `export` or `members`. Several are separated by commas, or are
 * words of their own. In `export users,groups` the second has the family of the first. A family has only operations that this
 * version supports: for `members`, reading them.
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
  // A quoted word has a whole name: "export users" members.
  const text = words.map(word => (/\s/.test(word.trim()) ? `,${word},` : word)).join(' ')
  for (const phrase of text.split(',')) {
    const asked = phrase.toLowerCase().split(/\s+/).filter(Boolean)
    for (let left: readonly string[] = asked; left.length > 0;) {
      const next = firstName(left, family)
      if (!next) throw unknown(asked.join(' '), planned)
      const { name } = next
      const named = exact(name) ? [exact(name)!] : inFamily(name)
      const operations = planned ? named : named.filter(one => !one.planned)
      if (operations.length === 0) throw notYet(name)
      for (const operation of operations) found.add(operation)
      family = name.includes(' ') ? name.split(' ')[0] : undefined
      left = next.rest
    }
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
