import type { CommandModule } from '../cli.ts'
import { addLinkCommands } from '../changes/add-link-commands.ts'

const add: CommandModule = (program, cli) => addLinkCommands(program, 'member', cli)
export default add
