import { given } from '../../core/given.ts'
import type { TenantConfig } from '../../tenants/config.ts'
import type { TenantReport } from '../../tenants/inspect-tenant.ts'
import { updateEntry, type Written } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openAsk } from './ask.ts'
import { checkLocally } from './check-locally.ts'
import { collectUpdate } from './collect-update.ts'
import { configured } from './configured.ts'
import { discardSecrets, type OldSecret } from './discard-secrets.ts'
import type { CredentialOptions } from './entry-options.ts'
import { keepTyped } from './keep-typed.ts'
import { signedIn } from './print-report.ts'
import { settingsFor } from './settings-for.ts'
import { signIn } from './sign-in.ts'
import { placeOfSecret, signsIn } from './signs-in.ts'
import { uncheckedLine } from './unchecked-line.ts'

/** The result of updating a tenant. */
interface UpdatedTenant {
  readonly name: string
  readonly config: TenantConfig
  readonly written: Written
  /** Secrets that the entry no longer refers to. */
  readonly old: readonly OldSecret[]
  /** Absent if nobody signed in. */
  readonly report?: TenantReport
  /** What `--no-check` left unchecked. */
  readonly notChecked?: readonly string[]
}

/** `entrapipe tenants update`. Exit status 1 when the file could not be changed and the entry is printed instead. */
export const updateTenant = async (name: string, options: CredentialOptions, cli: Cli): Promise<void> => {
  const updated = await update(name, options, cli)
  if (cli.json()) await printLines(cli, [JSON.stringify(updated)])
  else await tellUpdated(updated, cli)
  if (updated.written.outcome === 'refused') cli.exit(1)
}

/**
 * Changes the credential of a tenant: signs in with it, stores a typed secret, writes the entry. Nothing is stored before
 * the sign-in succeeds, and the old secrets are removed last, so that a failure leaves a working configuration.
 */
const update = async (name: string, options: CredentialOptions, cli: Cli): Promise<UpdatedTenant> => {
  const { loaded, entry } = await configured(name, cli)
  const configFile = loaded.file
  const ask = await openAsk(cli)
  try {
    let next = await collectUpdate(name, entry, options, { loaded, ask, cli })
    let report: TenantReport | undefined
    let notChecked: readonly string[] | undefined
    if (options.check) [next, report] = await signIn(next, { loaded, configFile, ask, cli, canChange: ['client'] })
    else notChecked = await checkLocally(settingsFor(next, loaded, configFile, cli.environment), cli.environment)
    const { config, written } = await keepTyped(
      { ...next, config: { ...next.config, tenantId: entry.tenantId } },
      configFile,
      loaded,
      cli,
      changed => updateEntry(loaded, name, changed),
    )
    const now = { ...loaded.config, tenants: { ...loaded.config.tenants, [name]: config } }
    const old = written.outcome === 'updated' ? await discardSecrets(name, loaded, now, cli) : []
    return { name, config, written, old, ...given({ report, notChecked }) }
  } finally {
    ask?.close()
  }
}

const tellUpdated = async (updated: UpdatedTenant, cli: Cli): Promise<void> => {
  const { name, config, written, old, report } = updated
  if (report) cli.say(signedIn(report))
  cli.say(`Credential: ${signsIn(config.credential)}.`)
  if (written.outcome === 'refused') {
    cli.say(`${written.file} was not changed: ${written.why}. Replace the entry ${name} with this:`)
    return printLines(cli, [`${written.entry},`])
  }
  cli.say(
    written.outcome === 'unchanged'
      ? `${written.file} is unchanged: the secret is stored in the same place.`
      : `Updated ${name} in ${written.file}.`,
  )
  for (const { outcome, secret } of old)
    cli.say(
      outcome === 'removed'
        ? `Removed the old secret (${placeOfSecret(secret)}).`
        : `The old secret was not removed (${placeOfSecret(secret)}). Remove it if nothing else uses it.`,
    )
  if (!report) cli.say(uncheckedLine(updated))
}
