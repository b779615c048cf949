import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { addOperationFlags, operationWords } from '../options/operation-flags.ts'

const add: CommandModule = (program, cli) => {
  const command = program
    .command('template')
    .summary('write the CSV template of an operation')
    .description(
      'Writes the CSV template of an operation: the Entra portal’s own where the portal has one, otherwise a header and an example row. The example row is ignored when the file is read.',
    )
    .argument('[operation...]', 'what the file is for, such as "users create"; leave it out to list all operations')
    .option('--to <file>', 'x.csv; - is stdout', '-')
  addOperationFlags(command)
  command
    .addHelpText(
      'after',
      examples('template users create --to new-users.csv', 'template members add', 'template roles assign --eligible'),
    )
    .action(async (words: string[], { to }: { readonly to: string }) => {
      const { listOperations, writeTemplate } = await import('../changes/write-template.ts')
      const named = operationWords(words, command)
      if (named.length === 0) return listOperations(cli)
      await writeTemplate(named, to, cli)
    })
}
export default add
