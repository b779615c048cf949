import type { CommandModule } from '../cli.ts'
import { addGroupOption, addPairCommands, addSync } from '../changes/add-pair-commands.ts'

const add: CommandModule = (program, cli) => {
  const links = addPairCommands(
    program,
    {
      name: 'members',
      what: 'members of groups',
      descriptions: {
        add: 'Adds the object in each row to a group as a member, up to 20 per request.',
        remove: 'Removes the object in each row from the members of a group. The object itself stays.',
      },
      examples: ['--group "Sales Team" --from member-ids.csv'],
      options: addGroupOption,
    },
    cli,
  )
  addSync(links, 'member', cli)
}
export default add
