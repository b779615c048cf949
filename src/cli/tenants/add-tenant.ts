import { dirname, join } from 'node:path'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { TenantConfig } from '../../tenants/config.ts'
import type { TenantReport } from '../../tenants/inspect-tenant.ts'
import { loadConfig, type LoadedConfig } from '../../tenants/load-config.ts'
import { givesAccess } from '../../tenants/rights.ts'
import { writeEntry, type Written } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { openAsk } from './ask.ts'
import { checkLocally } from './check-locally.ts'
import { collectEntry, type CollectedEntry } from './collect-entry.ts'
import type { EntryOptions } from './entry-options.ts'
import { keepTyped } from './keep-typed.ts'
import { signedIn } from './print-report.ts'
import { settingsFor } from './settings-for.ts'
import { signIn } from './sign-in.ts'
import { signsIn } from './signs-in.ts'
import { uncheckedLine } from './unchecked-line.ts'

/** The result of adding a tenant. */
interface AddedTenant {
  readonly name: string
  readonly config: TenantConfig
  readonly written: Written
  /** Absent if nobody signed in. */
  readonly report?: TenantReport
  /** What `--no-check` left unchecked. */
  readonly notChecked?: readonly string[]
}

/** `entrapipe tenants add`. Exit status 1 when the file could not be changed and the entry is printed instead. */
export const addTenant = async (name: string | undefined, options: EntryOptions, cli: Cli): Promise<void> => {
  const added = await add(name, options, cli)
  if (cli.json()) await printLines(cli, [JSON.stringify(added)])
  else await tellAdded(added, cli)
  if (added.written.outcome === 'refused') cli.exit(1)
}

/**
 * Asks for what the options leave out, signs in, stores a typed secret, and writes the entry. Nothing is written or stored
 * before the sign-in succeeds.
 */
const add = async (called: string | undefined, options: EntryOptions, cli: Cli): Promise<AddedTenant> => {
  const { environment } = cli
  const loaded = await loadConfig(environment, cli.config())
  const configFile = loaded?.file ?? join(environment.cwd, 'entrapipe.config.ts')
  const ask = await openAsk(cli)
  try {
    let entry = await collectEntry(called, options, { ask, cwd: environment.cwd, configFile, stdin: cli.stdin })
    checkName(entry.name, loaded)
    let report: TenantReport | undefined
    let notChecked: readonly string[] | undefined
    if (options.check)
      [entry, report] = await signIn(entry, { loaded, configFile, ask, cli, canChange: ['tenant', 'client'] })
    else notChecked = await checkLocally(settingsFor(entry, loaded, configFile, environment), environment)
    const { name, typed } = entry
    const kept = await keepTyped({ name, config: complete(entry, report), typed }, configFile, loaded, cli, config =>
      writeEntry(loaded, name, config, environment),
    )
    return { name, ...kept, ...given({ report, notChecked }) }
  } finally {
    ask?.close()
  }
}

const tellAdded = async (added: AddedTenant, cli: Cli): Promise<void> => {
  const { name, config, written, report } = added
  if (report) cli.say(signedIn(report))
  cli.say(`Credential: ${signsIn(config.credential)}.`)
  if (written.outcome === 'refused') {
    cli.say(`${written.file} was not changed: ${written.why}. Add this to its tenants:`)
    return printLines(cli, [`${written.entry},`])
  }
  const isAbove = cli.config() === undefined && dirname(written.file) !== cli.environment.cwd
  cli.say(
    written.outcome === 'created'
      ? `Created ${written.file} with ${name}.`
      : `Added ${name} to ${written.file}${isAbove ? ', the nearest configuration above this folder' : ''}.`,
  )
  if (!report) return cli.say(uncheckedLine(added))
  if (!givesAccess(report.token.rights))
    cli.say(
      'The app has no permissions yet, so it cannot read anything. `entrapipe tenants app --for export` prints those to add; an administrator must grant consent.',
    )
  cli.say(`Next: entrapipe tenants check --tenant ${name} --for export users`)
}

/** @throws EntrapipeError `OPTION_INVALID` if the name is taken, also in another case */
const checkName = (name: string, loaded: LoadedConfig | undefined): void => {
  const taken = Object.keys(loaded?.config.tenants ?? {}).find(other => other.toLowerCase() === name.toLowerCase())
  if (taken === undefined) return
  throw new EntrapipeError(
    'OPTION_INVALID',
    taken === name
      ? `${loaded!.file} already has a tenant "${name}".`
      : `${loaded!.file} already has a tenant "${taken}", and names must differ in more than case.`,
    { fix: `Choose another name, or change its credential with \`entrapipe tenants update ${taken}\`.` },
  )
}

/** The entry with the directory's id instead of a domain, and with its size. */
const complete = (entry: CollectedEntry, report: TenantReport | undefined): TenantConfig => {
  const { tenantId: named, quotas, ...config } = entry.config
  const tenantId = report?.tenant.id ?? named
  if (tenantId === undefined)
    throw new EntrapipeError('USAGE', '--tenant-id is missing, and it cannot be determined without signing in.', {
      fix: 'Give --tenant-id, or leave --no-check out.',
    })
  const counted = report?.users === undefined || quotas?.size !== undefined ? undefined : report.size
  const sized = { ...quotas, ...(counted !== undefined && counted !== 'L' && { size: counted }) }
  return {
    tenantId,
    ...config,
    ...(Object.keys(sized).length > 0 && { quotas: sized }),
  }
}
