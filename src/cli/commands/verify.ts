import { EntrapipeError } from '../../core/errors.ts'
import type { CommandModule } from '../cli.ts'
import type { VerifyIfSet } from '../verifying/verify-at.ts'

const examples = `
Examples:
  entrapipe verify users.csv
  entrapipe verify out/users.jsonl.zst --json
  entrapipe verify out
  entrapipe verify lake/users/
  entrapipe verify monday.csv tuesday.csv
  entrapipe verify abfss://lake@contosolake.dfs.core.windows.net/users/
  entrapipe verify users.csv groups.csv lake/memberships/ --write night.json
  entrapipe verify night.json`

const add: CommandModule = (program, cli) => {
  program
    .command('verify')
    .summary('check files, or all files of a folder, against their manifests')
    .description(
      'Compares each file with its manifest: bytes, SHA-256 and rows. For a folder, checks every file in it and below it. Prints a line for each file; the exit status is the highest of all files. Part files are checked against the _manifest.json of their folder: a part that is missing, or that it does not name, is an error. In a folder, a partial file is an error (1), and so is a CSV or JSON lines file without a manifest (2). What --write wrote is checked, too. Other files without a manifest are not checked, only counted. With --write, what it wrote before is not checked, and if all match, writes one manifest for all of them, which `verify` checks as a whole: as complete as the least complete of them.',
    )
    .argument(
      '<file...>',
      'files with a .manifest.json beside them, folders of such files, folders of part files, also in Azure Storage or S3, or what --write wrote',
    )
    .option('--write <file>', 'write one manifest of all of them together, x.json')
    .addHelpText('after', examples)
    .action(async (paths: readonly string[], { write }: { readonly write?: string }) => {
      const [{ telling, verifyAt }, { setAt, verifySet }, { checkSet, writeSet }] = await Promise.all([
        import('../verifying/verify-at.ts'),
        import('../verifying/verify-set.ts'),
        import('../verifying/write-set.ts'),
      ])
      if (write !== undefined) await checkSet(write, cli)
      const ifSet: VerifyIfSet = async (path, verified) => {
        let isSame: boolean | undefined
        const isRead = await telling(async () => {
          const set = await setAt(path, cli)
          if (set) isSame = await verifySet(path, set, cli, verified)
        }, cli)
        return isRead ? isSame : false
      }
      const found: Awaited<ReturnType<typeof verifyAt>>[] = []
      for (const path of paths)
        await telling(async () => {
          const set = await setAt(path, cli)
          if (set && write !== undefined)
            throw new EntrapipeError('USAGE', `${path} is a set already. Name the files and folders themselves.`)
          if (set) await verifySet(path, set, cli)
          // Files of a folder that are written again each night leave the sets of earlier nights behind.
          else found.push(await verifyAt(path, cli, write === undefined ? ifSet : undefined))
        }, cli)
      if (write === undefined) return
      const matching = found.flatMap(one => one ?? [])
      if (found.length === paths.length && found.every(one => one !== undefined)) await writeSet(write, matching, cli)
      else cli.say(`${write} was not written: not all files match their manifests.`)
    })
}
export default add
