import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'

const verbs = [
  {
    verb: 'update',
    summary: 'change properties of service principals',
    description:
      'Changes the properties in the columns of each row. accountEnabled false blocks sign-ins to the app. An empty cell leaves the property unchanged. Secrets and certificates are not changed.',
    example: '--from notes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete service principals',
    description: 'Deletes the service principal in each row. Deleted service principals can be restored for 30 days.',
    example: '--from unused.csv --dry-run',
  },
  {
    verb: 'restore',
    summary: 'restore deleted service principals',
    description: 'Restores the deleted service principal in each row, by object id.',
    example: '--from deleted.csv',
  },
]

const add: CommandModule = (program, cli) => addObjectCommands(program, 'servicePrincipal', verbs, cli)
export default add
