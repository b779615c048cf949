import { EntrapipeError } from '../core/errors.ts'
import { operationPermissions, type OperationPermissions } from '../data/permissions.ts'
import { didYouMean } from './did-you-mean.ts'

const families = [...new Set(operationPermissions.map(({ operation }) => operation.split(' ')[0]!))]

/** What may stand after `--for`: every operation, and every family of them. */
export const operationNames: readonly string[] = [
  ...families,
  ...operationPermissions.map(({ operation }) => operation),
]

/**
 * The operations that words name: `export users`, or a family such as `export` or `members`, several of them with
 * commas between. In `export users,groups` the second is of the first one's family.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a name that nothing has; the message lists the nearest, or all families
 */
export const findOperations = (words: readonly string[]): readonly OperationPermissions[] => {
  const found = new Set<OperationPermissions>()
  let family: string | undefined
  for (const phrase of words.join(' ').split(',')) {
    const name = phrase.trim().split(/\s+/).join(' ').toLowerCase()
    if (name === '') continue
    const full = family && exact(`${family} ${name}`) ? `${family} ${name}` : name
    const operations = exact(full)
      ? [exact(full)!]
      : operationPermissions.filter(({ operation }) => operation.startsWith(`${name} `))
    if (operations.length === 0)
      throw new EntrapipeError(
        'OPTION_INVALID',
        `No operation is called "${name}".${didYouMean(name, operationNames)}`,
        {
          fix: `Give one of the families ${families.join(', ')}, or an operation of theirs such as "export users"; \`entrapipe permissions\` lists them all.`,
        },
      )
    for (const operation of operations) found.add(operation)
    family = full.includes(' ') ? full.split(' ')[0] : undefined
  }
  return [...found]
}

const exact = (name: string) => operationPermissions.find(({ operation }) => operation === name)
