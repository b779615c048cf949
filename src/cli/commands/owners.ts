import type { CommandModule } from '../cli.ts'
import { addGroupOption, addPairCommands, addSync } from '../changes/add-pair-commands.ts'

const add: CommandModule = (program, cli) => {
  const links = addPairCommands(
    program,
    {
      name: 'owners',
      what: 'owners of groups, applications and service principals',
      descriptions: {
        add: 'Makes the object in each row an owner of a group, an application or a service principal. One request adds up to 20 owners to a group, or one to an application or a service principal.',
        remove:
          'Removes the object in each row from the owners of a group, an application or a service principal. The object itself stays.',
      },
      examples: ['--group "Sales Team" --from owner-ids.csv', '--app --from owners-of-apps.csv --dry-run'],
      options: command =>
        addGroupOption(command)
          .option(
            '--app [name]',
            'the application: id, appId or name; without a value, each row names it in the column application',
          )
          .option(
            '--service-principal [name]',
            'the service principal: id, appId or name; without a value, each row names it in the column servicePrincipal',
          ),
    },
    cli,
  )
  addSync(links, 'owner', cli)
}
export default add
