import { Option } from 'commander'
import type { CommandModule } from '../cli.ts'
import { examples } from '../command-line/examples.ts'
import { serverOption } from '../options/server-option.ts'
import { each, milliseconds } from '../options/values.ts'
import type { AccessWish } from '../server/access.ts'
import type { ServerWish } from '../server/call-server.ts'

const add: CommandModule = (program, cli) => {
  const access = program
    .command('access')
    .summary('make, list and revoke tokens of a server')
    .description(
      'Says who may use the server of `entrapipe serve`, and with which role: its tokens, and links that sign a browser in.',
    )
  access
    .command('add')
    .summary('make a token')
    .description(
      'Makes a token and prints it once, on stdout. A token without --person is that of a program: it approves nothing.',
    )
    .argument('<name>', 'name of the token')
    .addOption(
      new Option('--role <role>', 'what it may do: read, also submit jobs, also approve those of others, everything')
        .choices(['Reader', 'Operator', 'Approver', 'Admin'])
        .makeOptionMandatory(),
    )
    .addOption(
      new Option('--tenant <name>', 'a tenant that it is for, or all; can be repeated')
        .argParser(each)
        .makeOptionMandatory(),
    )
    .option('--person <name>', 'who uses it')
    .option('--expires <time>', 'how long it is valid, such as 30d; at most a year (90d)', milliseconds('--expires'))
    .addOption(serverOption())
    .addHelpText(
      'after',
      examples(
        'access add nightly --role Operator --tenant contoso',
        'access add bob --role Approver --tenant all --person bob@contoso.com',
      ),
    )
    .action(async (name: string, wish: AccessWish) => {
      const { addToken } = await import('../server/access.ts')
      await addToken(name, wish, cli)
    })
  access
    .command('list')
    .summary('list the tokens')
    .description('Lists the tokens, the newest first, without their secrets.')
    .addOption(serverOption())
    .addHelpText('after', examples('access list', 'access list --json'))
    .action(async (wish: ServerWish) => {
      const { listTokens } = await import('../server/access.ts')
      await listTokens(wish, cli)
    })
  access
    .command('revoke')
    .summary('revoke a token')
    .description('Revokes a token, by its name or its id. It lets nobody in any more.')
    .argument('<name>', 'name or id of the token')
    .addOption(serverOption())
    .addHelpText('after', examples('access revoke nightly'))
    .action(async (name: string, wish: ServerWish) => {
      const { revokeToken } = await import('../server/access.ts')
      await revokeToken(name, wish, cli)
    })
  access
    .command('link')
    .summary('print a link that signs one browser in')
    .description('Prints a link that signs one browser in, within a minute, as the one whose token the command uses.')
    .addOption(serverOption())
    .addHelpText('after', examples('access link'))
    .action(async (wish: ServerWish) => {
      const { printLink } = await import('../server/access.ts')
      await printLink(wish, cli)
    })
}

export default add
