import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'

const verbs = [
  {
    verb: 'update',
    summary: 'change properties of devices',
    description:
      'Changes the properties in the columns of each row, such as extensionAttribute1. An empty cell leaves the property unchanged.',
    example: '--from attributes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete devices permanently',
    description:
      'Deletes the device in each row. Deleted devices are not kept in a recycle bin, so this cannot be undone.',
    example: '--from stale.csv --irreversible --dry-run',
  },
  {
    verb: 'enable',
    summary: 'allow devices to sign in',
    description: 'Enables the device in each row.',
    example: '--from found.csv',
  },
  {
    verb: 'disable',
    summary: 'block devices from signing in',
    description: 'Disables the device in each row. Apps can disable only Windows devices.',
    example: '--from stale.csv',
  },
]

const add: CommandModule = (program, cli) => addObjectCommands(program, 'device', verbs, cli)
export default add
