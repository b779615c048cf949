import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import type { CredentialOptions } from './entry-options.ts'
import { signedIn } from './print-report.ts'
import { placeOfSecret, signsIn } from './signs-in.ts'
import { updateTenant, type UpdatedTenant } from './update-tenant.ts'

/** `entrapipe tenants update`. Exit status 1 when the file could not be changed and the entry is printed instead. */
export const updateAndTell = async (name: string, options: CredentialOptions, cli: Cli): Promise<void> => {
  const updated = await updateTenant(name, options, cli)
  if (cli.json()) await printLines(cli, [JSON.stringify(updated)])
  else await tellUpdated(updated, cli)
  if (updated.written.outcome === 'refused') cli.exit(1)
}

const tellUpdated = async ({ name, config, written, old, report }: UpdatedTenant, cli: Cli): Promise<void> => {
  if (report) cli.say(signedIn(report))
  cli.say(`Signing in: ${signsIn(config.credential)}.`)
  if (written.outcome === 'refused') {
    cli.say(`${written.file} was not changed: ${written.why}. Put this in place of ${name}:`)
    return printLines(cli, [`${written.entry},`])
  }
  cli.say(
    written.outcome === 'unchanged'
      ? `${written.file} is unchanged: the secret is where it was.`
      : `Updated ${name} in ${written.file}.`,
  )
  for (const { outcome, secret } of old)
    cli.say(
      outcome === 'removed'
        ? `Removed the old secret (${placeOfSecret(secret)}).`
        : `The old secret was not removed (${placeOfSecret(secret)}). Remove it if nothing else uses it.`,
    )
}
