import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'

const verbs = [
  {
    verb: 'update',
    summary: 'change properties of applications',
    description:
      'Changes the properties in the columns of each row. An empty cell leaves the property unchanged. Secrets and certificates are not changed.',
    example: '--from notes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete applications',
    description:
      'Deletes the application in each row, and with it its service principal. Both can be restored for 30 days.',
    example: '--from unused.csv --dry-run',
  },
  {
    verb: 'restore',
    summary: 'restore deleted applications',
    description:
      'Restores the deleted application in each row, by object id. Its service principal is restored by `entrapipe service-principals restore`.',
    example: '--from deleted.csv',
  },
]

const add: CommandModule = (program, cli) => addObjectCommands(program, 'application', verbs, cli)
export default add
