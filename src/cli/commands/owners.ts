import type { CommandModule } from '../cli.ts'
import { addGroupOption, addPairCommands, addSync } from '../changes/add-pair-commands.ts'

const add: CommandModule = (program, cli) => {
  const links = addPairCommands(
    program,
    {
      name: 'owners',
      what: 'owners of groups, applications and service principals',
      descriptions: {
        add: 'Makes the object of each row an owner of a group, an application or a service principal. Up to 20 are added to a group in one request, one to others.',
        remove:
          'Removes the object of each row from the owners of a group, an application or a service principal. The object itself stays.',
      },
      examples: ['--group "Sales Team" --from owner-ids.csv', '--app --from owners-of-apps.csv --dry-run'],
      options: command =>
        addGroupOption(command)
          .option('--app [app]', 'the application: id, appId or name; alone, each row has a column application')
          .option(
            '--service-principal [service-principal]',
            'the service principal: id, appId or name; alone, each row has a column servicePrincipal',
          ),
    },
    cli,
  )
  addSync(links, 'owner', cli)
}
export default add
