import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'

const verbs = [
  {
    verb: 'update',
    summary: 'change properties of service principals',
    description:
      'Changes the properties in the columns of each row: accountEnabled keeps an app from signing in. An empty cell leaves its property. Secrets and certificates are not changed.',
    example: '--from notes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete service principals',
    description: 'Deletes the service principal of each row. Deleted service principals can be restored for 30 days.',
    example: '--from unused.csv --dry-run',
  },
  {
    verb: 'restore',
    summary: 'restore deleted service principals',
    description: 'Restores the deleted service principal of each row, by object id.',
    example: '--from deleted.csv',
  },
]

const add: CommandModule = (program, cli) => addObjectCommands(program, 'servicePrincipal', verbs, cli)
export default add
