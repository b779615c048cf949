import type { CommandModule } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { addOperationFlags, operationWords } from '../options/operation-flags.ts'

const add: CommandModule = (program, cli) => {
  const command = program
    .command('permissions')
    .summary('show the least Graph permissions that an operation needs')
    .description(
      'Shows the least privileged Microsoft Graph permissions of an operation, and broader ones that also work. Operations that are not available yet are marked; do not grant their permissions yet.',
    )
    .argument(
      '[operation...]',
      'an operation ("export users") or a family of operations ("export"); leave it out to list all',
    )
  addOperationFlags(command)
  command
    .addHelpText(
      'after',
      '\nExamples:\n  entrapipe permissions export users\n  entrapipe permissions export,members\n  entrapipe permissions users create --json\n  entrapipe permissions roles assign --eligible',
    )
    .action(async (words: string[]) => {
      const { permissionLines } = await import('../tenants/permission-lines.ts')
      await printLines(cli, permissionLines(operationWords(words, command), cli.json()))
    })
}
export default add
