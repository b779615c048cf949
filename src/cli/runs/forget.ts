import { EntrapipeError } from '../../core/errors.ts'
import { joined } from '../../core/joined.ts'
import type { LastingFile } from '../../store/part-databases.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { minute, size } from '../report/words.ts'

interface ForgetOptions {
  readonly tenantId?: string
  readonly yes?: boolean
}

const lineOf = ({ name, tenant, bytes, changedAt }: LastingFile): string =>
  `${name}  tenant ${tenant}  ${size(bytes)}  changed ${minute(changedAt)} UTC`

/**
 * `entrapipe runs forget`: lists what HR feeds, deltas and pipelines keep beyond their runs, or removes one of these files.
 *
 * @throws EntrapipeError `OPTION_INVALID` for a name that no file has, or those of several tenants; `RUN_ACTIVE`
 */
export const forget = async (
  name: string | undefined,
  { tenantId, yes = false }: ForgetOptions,
  cli: Cli,
): Promise<void> => {
  const store = await cli.store()
  const all = store.lastingFiles().filter(({ tenant }) => tenantId === undefined || tenant === tenantId.toLowerCase())
  if (name === undefined) {
    if (cli.json())
      return printLines(
        cli,
        all.map(file => JSON.stringify(file)),
      )
    if (all.length > 0) return printLines(cli, all.map(lineOf))
    return cli.say('Nothing is remembered beyond the runs.')
  }
  const found = all.filter(file => file.name === name)
  const [file, ...others] = found
  if (!file)
    throw new EntrapipeError('OPTION_INVALID', `Nothing is remembered under the name ${JSON.stringify(name)}.`, {
      fix:
        all.length === 0
          ? 'No feed, delta or pipeline has a file.'
          : `The names are ${joined(all.map(each => each.name))}.`,
    })
  if (others.length > 0)
    throw new EntrapipeError('OPTION_INVALID', `${found.length} tenants have a file named ${JSON.stringify(name)}.`, {
      fix: `Add --tenant-id with one of ${joined(found.map(({ tenant }) => tenant))}.`,
    })
  if (yes) await store.forget(file)
  if (cli.json()) return printLines(cli, [JSON.stringify({ ...file, removed: yes })])
  cli.say(yes ? `Removed ${file.path}.` : `${lineOf(file)}. To remove it, add --yes: it cannot be restored.`)
}
