import type { Command } from 'commander'
import { permissionIds } from '../../data/permission-ids.ts'
import { operationPermissions, type OperationPermissions } from '../../data/permissions.ts'
import { findOperations } from '../../tenants/operations.ts'
import type { Cli } from '../cli.ts'
import { printTable } from '../tenants/print-table.ts'

const print = ({ operation, requests, needs, note }: OperationPermissions): readonly string[] => [
  operation,
  `  asks for  ${requests.join(', ')}`,
  ...needs.flatMap(({ anyOf: [least, ...wider], when, less, delegated }) => [
    `  ${when ? 'sometimes' : 'needs    '} ${least}${when ? `, ${when}` : ''}`,
    ...(wider.length > 0 ? [`            or, with more power than needed: ${wider.join(', ')}`] : []),
    ...(less ? [`            ${less.permission} is enough ${less.when}`] : []),
    ...(delegated ? [`            when a person signs in: ${delegated}`] : []),
  ]),
  ...(note ? [`  note      ${note}`] : []),
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

export default (program: Command, cli: Cli): void => {
  program
    .command('permissions')
    .summary('the least Graph permissions that an operation needs')
    .description(
      'Shows the least privileged Microsoft Graph permissions of an operation, and wider ones that do as well.',
    )
    .argument('[operation...]', 'an operation ("export users") or a family of them ("export"); none lists all')
    .addHelpText(
      'after',
      '\nExamples:\n  entrapipe permissions export users\n  entrapipe permissions export,members\n  entrapipe permissions users create --json',
    )
    .action((words: string[]) => {
      const operations = words.length > 0 ? findOperations(words) : operationPermissions
      const lines = cli.json()
        ? [JSON.stringify(operations.map(withIds))]
        : words.length > 0
          ? operations.flatMap((operation, at) => [...(at > 0 ? [''] : []), ...print(operation)])
          : printTable(
              operations.map(({ operation, needs }) => [
                operation,
                needs
                  .filter(({ when }) => !when)
                  .map(({ anyOf }) => anyOf[0])
                  .join(' + ') || '(none)',
              ]),
            )
      cli.stdout.write(`${lines.join('\n')}\n`)
    })
}
