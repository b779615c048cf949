import { joined } from '../../core/joined.ts'
import { isFields } from '../../core/json.ts'
import type { Values } from '../../core/operation.ts'
import type { OnboardOptions } from './options.ts'

type Options = Pick<OnboardOptions, 'skus' | 'groups' | 'role' | 'roleFlags' | 'set' | 'usageLocation'>

/** What a row itself says, by the names of columns. */
interface OwnCells {
  readonly values: Values
  readonly skus: readonly string[]
  readonly groups: readonly string[]
  readonly role: string | undefined
}

/** Follows which options of the command say something about some person: rows take precedence, and a mistake looks like success. */
export const followOptions = ({ skus, groups, role, roleFlags, set, usageLocation }: Options) => {
  let rows = 0
  let hasRole = false
  const used = new Set<string>()
  const given = [
    ...(skus.length > 0 ? ['--sku'] : []),
    ...(groups.length > 0 ? ['--group'] : []),
    ...(role === undefined ? [] : ['--role']),
    ...(usageLocation === undefined ? [] : ['--usage-location']),
    ...Object.keys(set).map(name => `--set ${name}`),
  ]
  return {
    row(own: OwnCells): void {
      rows++
      if ((own.role ?? role) !== undefined) hasRole = true
      if (own.skus.length === 0) used.add('--sku')
      if (own.groups.length === 0) used.add('--group')
      if (own.role === undefined) used.add('--role')
      if ((own.values['usageLocation'] ?? '') === '') used.add('--usage-location')
      for (const name of Object.keys(set)) {
        const cell = own.values[name]
        if (cell === undefined || isFields(cell)) used.add(`--set ${name}`)
      }
    },
    /** What a person should know of options that said nothing about anybody, as sentences. */
    sentences(): readonly string[] {
      if (rows === 0) return []
      const idle = given.filter(option => !used.has(option))
      return [
        ...(roleFlags.length === 0 || hasRole
          ? []
          : [
              `${joined(roleFlags)} ${roleFlags.length > 1 ? 'have' : 'has'} no effect: --role is not given, and no row has a role.`,
            ]),
        ...idle.map(option => `${option} has no effect: each row has its own.`),
      ]
    },
  }
}
