import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { clouds } from '../../data/clouds.ts'
import { consentLink } from '../../graph/consent-link.ts'
import { settingsOf, type TenantSettings } from '../../tenants/choose-tenant.ts'
import { kindsWithClient } from '../../tenants/schema.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { textTable } from '../../formats/text-table.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { configured } from './configured.ts'
import { openReader } from './open-tenant.ts'
import { loadConfig } from '../../tenants/load-config.ts'

/** Whether a tenant has consented to its app. */
interface Consent {
  readonly tenant: string
  /** `none`: it signs in without an app of the configuration. */
  readonly consent: 'given' | 'missing' | 'unknown' | 'none'
  /** Where an administrator consents. */
  readonly link?: string
  /** Why it is not known. */
  readonly reason?: string
}

/** Sign-ins at once. */
const atOnce = 8

const consentOf = async (name: string, loaded: LoadedConfig, cli: Cli): Promise<Consent> => {
  const settings = settingsOf(loaded, name, cli.environment.home)
  const link = linkOf(settings)
  if (link === undefined) return { tenant: name, consent: 'none' }
  try {
    const graph = await openReader(name, settings, cli)
    try {
      const { claims } = await graph.signedIn(cli.signal)
      const permissions = claims.kind === 'application' ? claims.roles : claims.scopes
      return permissions.length > 0 ? { tenant: name, consent: 'given' } : { tenant: name, consent: 'missing', link }
    } finally {
      await graph.close()
    }
  } catch (error) {
    if (!(error instanceof EntrapipeError) || cli.signal.aborted) throw error
    return error.facts['consent'] === undefined
      ? { tenant: name, consent: 'unknown', reason: error.message }
      : { tenant: name, consent: 'missing', link }
  }
}

/** Undefined for a tenant that signs in without an app registration. Persons consent when they sign in. */
const linkOf = ({ authorityUrl, cloud, tenantId, clientId, credential }: TenantSettings): string | undefined => {
  if (tenantId === undefined || clientId === undefined || !kindsWithClient.includes(credential.kind)) return undefined
  if (credential.kind === 'browser' || credential.kind === 'device-code') return undefined
  return consentLink(authorityUrl ?? clouds[cloud ?? 'global'].authorityUrl, tenantId, clientId)
}

const words: Readonly<Record<Consent['consent'], string>> = {
  given: 'has consented',
  missing: 'has not consented',
  unknown: 'not known',
  none: 'signs in without an app',
}

/**
 * `entrapipe tenants consent`: signs in to all tenants, or to some, and prints a link for each that has not consented to its
 * app. Exit status 6 if consent is missing or not known.
 */
export const consentTenants = async (names: readonly string[], cli: Cli): Promise<void> => {
  for (const name of names) await configured(name, cli)
  const loaded = await loadConfig(cli.environment, cli.config())
  const wanted = names.length > 0 ? [...new Set(names)] : Object.keys(loaded?.config.tenants ?? {})
  if (!loaded || wanted.length === 0)
    throw new EntrapipeError('TENANT_MISSING', 'No tenant is configured yet.', {
      facts: { tenants: [] },
      fix: 'Add one with `entrapipe tenants add`.',
    })
  const consents: Consent[] = []
  const left = wanted.map((name, at) => [name, at] as const)
  const next = async (): Promise<void> => {
    for (let one = left.shift(); one; one = left.shift()) consents[one[1]] = await consentOf(one[0], loaded, cli)
  }
  await Promise.all(Array.from({ length: atOnce }, next))
  if (consents.some(({ consent }) => consent === 'missing' || consent === 'unknown')) cli.exit(6)
  if (cli.json()) return printLines(cli, [JSON.stringify({ tenants: consents.map(each => given({ ...each })) })])
  await printLines(
    cli,
    textTable(consents.map(({ tenant, consent, link, reason }) => [tenant, words[consent], link ?? reason ?? ''])),
  )
}
