import { readdirSync } from 'node:fs'
import type { CommandModule } from '../cli.ts'

/** Loads every module of the program once, to fill Node's compile cache before the first real command. */
const add: CommandModule = program => {
  program.command('__warm', { hidden: true }).action(async () => {
    const root = new URL('../../', import.meta.url)
    for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
      const path = file.replaceAll('\\', '/')
      // The sandbox's own process starts serving when its entry is loaded.
      if (/^(?!sandbox\/process\/background).*(?<!\.d)\.[jt]s$/.test(path)) await import(new URL(path, root).href)
    }
  })
}

export default add
