import type { CommandModule } from '../cli.ts'

/** Makes the empty database of the queue, for `serve`: see `jobs/made-queue.ts`. */
const add: CommandModule = program => {
  program
    .command('__make-queue', { hidden: true })
    .argument('<path>')
    .action(async (path: string) => {
      const { makeQueue } = await import('../../jobs/made-queue.ts')
      await makeQueue(path)
    })
}

export default add
