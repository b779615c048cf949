import type { CommandModule } from '../cli.ts'
import { addObjectCommands } from '../changes/add-object-commands.ts'

const verbs = [
  {
    verb: 'update',
    summary: 'change properties of devices',
    description:
      'Changes the properties in the columns of each row, such as extensionAttribute1. An empty cell leaves its property.',
    example: '--from attributes.csv --nulls NULL',
  },
  {
    verb: 'delete',
    summary: 'delete devices for good',
    description: 'Deletes the device of each row. Devices have no bin, so this cannot be undone.',
    example: '--from stale.csv --irreversible --dry-run',
  },
  {
    verb: 'enable',
    summary: 'let devices sign in',
    description: 'Enables the device of each row.',
    example: '--from found.csv',
  },
  {
    verb: 'disable',
    summary: 'keep devices from signing in',
    description: 'Disables the device of each row. Apps can disable devices with Windows only.',
    example: '--from stale.csv',
  },
]

const add: CommandModule = (program, cli) => addObjectCommands(program, 'device', verbs, cli)
export default add
