import { permissionIds } from '../../data/permission-ids.ts'
import { operationPermissions, type OperationPermissions } from '../../data/permissions.ts'
import { findOperations } from '../../tenants/operations.ts'
import { leastRights } from '../../tenants/rights.ts'
import { textTable } from '../../formats/text-table.ts'

const marked = ({ operation, planned, isSink }: OperationPermissions): string =>
  planned ? `${operation} (not in this version)` : isSink ? `${operation} (a sink of pipelines)` : operation

const print = (entry: OperationPermissions): readonly string[] => [
  marked(entry),
  `  requests  ${entry.requests.join(', ')}`,
  ...entry.needs.flatMap(({ anyOf: [least, ...wider], when, less, delegated, protects }) => [
    `  ${when ? 'sometimes' : 'needs    '} ${least}${when ? `, ${when}` : ''}`,
    ...(wider.length > 0 ? [`            or, with more power than needed: ${wider.join(', ')}`] : []),
    ...(protects && !when ? ['            not with --include-privileged'] : []),
    ...(less ? [`            ${less.permission} is enough ${less.when}`] : []),
    ...(delegated ? [`            when a person signs in: ${delegated}`] : []),
  ]),
  ...(entry.note ? [`  note      ${entry.note}`] : []),
]

const withIds = (operation: OperationPermissions) => ({
  ...operation,
  ids: Object.fromEntries(
    operation.needs
      .flatMap(({ anyOf, less, delegated }) => [
        ...anyOf,
        ...(less ? [less.permission] : []),
        ...(delegated ? [delegated] : []),
      ])
      .filter(name => name in permissionIds)
      .map(name => [name, permissionIds[name]!]),
  ),
})

/** Output of `entrapipe permissions`: details of the named operations, or a table of all. */
export const permissionLines = (words: readonly string[], json: boolean): readonly string[] => {
  const operations = words.length > 0 ? findOperations(words, { planned: true }) : operationPermissions
  if (json) return [JSON.stringify(operations.map(withIds))]
  if (words.length > 0) return operations.flatMap((operation, at) => [...(at > 0 ? [''] : []), ...print(operation)])
  return textTable(operations.map(one => [marked(one), leastRights([one]).least.join(' + ') || '(none)']))
}
