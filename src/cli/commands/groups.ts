import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'

const verbs = [
  {
    verb: 'create',
    summary: 'create groups',
    description:
      'Creates a group for each row. Without groupTypes it is a security group; with Unified it is a Microsoft 365 group.',
    example: '--from new-groups.csv --dry-run',
  },
  {
    verb: 'update',
    summary: 'change properties of groups',
    description: 'Changes the properties in the columns of each row. An empty cell leaves the property unchanged.',
    example: '--from changes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete groups',
    description:
      'Deletes the group in each row. Microsoft 365 groups can be restored for 30 days. Other groups may not be restorable, so their deletion needs --irreversible.',
    example: '--from old-groups.csv --dry-run',
  },
  {
    verb: 'restore',
    summary: 'restore deleted groups',
    description: 'Restores the deleted group in each row, by object id.',
    example: '--from deleted-groups.csv',
  },
]

const add: CommandModule = (program, cli) => addObjectCommands(program, 'group', verbs, cli)
export default add
