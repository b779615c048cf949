import { givesAccess } from '../../tenants/rights.ts'
import type { Cli } from '../cli.ts'
import { addTenant, type AddedTenant } from './add-tenant.ts'
import type { EntryOptions } from './entry-options.ts'
import { printLines } from '../command-line/print.ts'
import { signedIn } from './print-report.ts'
import { signsIn } from './signs-in.ts'

/** `entrapipe tenants add`. Exit status 1 when the file could not be changed and the entry is printed instead. */
export const addAndTell = async (name: string | undefined, options: EntryOptions, cli: Cli): Promise<void> => {
  const added = await addTenant(name, options, cli)
  if (cli.json()) await printLines(cli, [JSON.stringify(added)])
  else await tellAdded(added, cli)
  if (added.written.outcome === 'refused') cli.exit(1)
}

const tellAdded = async ({ name, config, written, report }: AddedTenant, cli: Cli): Promise<void> => {
  if (report) cli.say(signedIn(report))
  cli.say(`Signing in: ${signsIn(config.credential)}.`)
  if (written.outcome === 'refused') {
    cli.say(`${written.file} was not changed: ${written.why}. Add this to its tenants:`)
    return printLines(cli, [`${written.entry},`])
  }
  cli.say(`${written.outcome === 'created' ? 'Wrote' : 'Added it to'} ${written.file}.`)
  if (report && !givesAccess(report.token.rights))
    cli.say(
      'The app has no permission there yet, so nothing can be read: `entrapipe tenants app --for export` prints which to add, and an administrator has to consent to them.',
    )
  cli.say(`Next: entrapipe tenants check --tenant ${name} --for export users`)
}
