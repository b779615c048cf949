import type { CommandModule } from '../cli.ts'
import { addLinkCommands } from '../changes/add-link-commands.ts'

const add: CommandModule = (program, cli) => addLinkCommands(program, 'owner', cli)
export default add
