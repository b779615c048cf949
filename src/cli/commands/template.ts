import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'

const add: CommandModule = (program, cli) => {
  program
    .command('template')
    .summary('write the CSV template of an operation')
    .description(
      'Writes the CSV template of an operation: the Entra portal’s own where the portal has one, otherwise a header and an example row. The example row is ignored when the file is read.',
    )
    .argument('[operation...]', 'what the file is for, such as "users create"; leave it out to list all operations')
    .option('--to <file>', 'x.csv; - is stdout', '-')
    .addHelpText('after', examples('template users create --to new-users.csv', 'template members add'))
    .action(async (words: string[], { to }: { readonly to: string }) => {
      const { listOperations, writeTemplate } = await import('../changes/write-template.ts')
      if (words.length === 0) return listOperations(cli)
      await writeTemplate(words, to, cli)
    })
}
export default add
