import { join } from 'node:path'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { TenantConfig } from '../../tenants/config.ts'
import type { TenantReport } from '../../tenants/inspect-tenant.ts'
import { loadConfig, type LoadedConfig } from '../../tenants/load-config.ts'
import { writeEntry, type Written } from '../../tenants/write-entry.ts'
import type { Cli } from '../cli.ts'
import { openAsk } from './ask.ts'
import { collectEntry, type CollectedEntry } from './collect-entry.ts'
import type { EntryOptions } from './entry-options.ts'
import { keepTyped } from './keep-typed.ts'
import { signIn } from './sign-in.ts'

/** What was added. `report` is absent after `--no-check`. */
export interface AddedTenant {
  readonly name: string
  readonly config: TenantConfig
  readonly written: Written
  readonly report?: TenantReport
}

/**
 * Walks through adding a tenant: asks what the options leave open, signs in, keeps a typed secret, writes the entry.
 * Nothing is written or kept before the sign-in has worked.
 */
export const addTenant = async (called: string | undefined, options: EntryOptions, cli: Cli): Promise<AddedTenant> => {
  const loaded = await loadConfig(cli.environment, cli.config())
  const configFile = loaded?.file ?? join(cli.environment.cwd, 'entrapipe.config.ts')
  const ask = await openAsk(cli)
  try {
    let entry = await collectEntry(called, options, {
      ask,
      cwd: cli.environment.cwd,
      configFile,
      stdin: cli.stdin,
    })
    checkName(entry.name, loaded)
    let report: TenantReport | undefined
    if (options.check)
      [entry, report] = await signIn(entry, { loaded, configFile, ask, cli, canChange: ['tenant', 'client'] })
    const { name, typed } = entry
    const kept = await keepTyped({ name, config: complete(entry, report), typed }, configFile, loaded, cli, config =>
      writeEntry(loaded, name, config, cli.environment),
    )
    return { name, ...kept, ...given({ report }) }
  } finally {
    ask?.close()
  }
}

const checkName = (name: string, loaded: LoadedConfig | undefined): void => {
  if (loaded && Object.hasOwn(loaded.config.tenants, name))
    throw new EntrapipeError('OPTION_INVALID', `${loaded.file} already has a tenant "${name}".`, {
      fix: `Choose another name, or change its credential with \`entrapipe tenants update ${name}\`.`,
    })
}

/** The entry with the directory's id in place of a domain, and with its size. */
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
