import { resolve } from 'node:path'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError } from '../core/errors.ts'
import { clouds, type CloudName } from '../data/clouds.ts'
import type { CredentialConfig, TenantDefaults } from './config.ts'
import { authorityUrlFault } from './service-url.ts'
import { isGuid } from '../core/guid.ts'
import { isTenantId } from './tenant-names.ts'

interface EnvironmentSignIn {
  readonly tenantId: string
  readonly clientId: string
  readonly credential: CredentialConfig
}

const invalid = (message: string, fix: string): EntrapipeError => new EntrapipeError('CONFIG_INVALID', message, { fix })

/**
 * Reads the sign-in from the environment variables of the Azure SDKs: a secret, else a certificate, else a federated token.
 * Secrets are referenced, not read.
 *
 * @param named the directory from an option; overrides AZURE_TENANT_ID
 * @throws EntrapipeError `CONFIG_INVALID`
 * @see https://learn.microsoft.com/javascript/api/@azure/identity/environmentcredential
 */
export const environmentSignIn = (environment: Environment, named: string | undefined): EnvironmentSignIn => {
  const tenantId = named ?? environment.variable('AZURE_TENANT_ID')
  const clientId = environment.variable('AZURE_CLIENT_ID')
  if (clientId === undefined)
    throw invalid(
      '--auth environment requires the environment variable AZURE_CLIENT_ID, which is not set.',
      "Set it to the app registration's application (client) id.",
    )
  if (!isGuid(clientId))
    throw invalid('Expected AZURE_CLIENT_ID to be a GUID.', "It is the app registration's application (client) id.")
  if (tenantId === undefined)
    throw invalid(
      '--auth environment requires the environment variable AZURE_TENANT_ID, which is not set.',
      "Set it to the directory's id or one of its domains.",
    )
  if (!isTenantId(tenantId))
    throw invalid(
      `Expected AZURE_TENANT_ID to be a directory's id or one of its domains, got "${tenantId}".`,
      'Set it to a GUID, or to a domain such as contoso.onmicrosoft.com.',
    )
  return { tenantId, clientId, credential: credentialOf(environment) }
}

const credentialOf = ({ variable, cwd }: Environment): CredentialConfig => {
  if (variable('AZURE_CLIENT_SECRET') !== undefined) return { kind: 'secret', secret: { env: 'AZURE_CLIENT_SECRET' } }
  const certificate = variable('AZURE_CLIENT_CERTIFICATE_PATH')
  if (certificate !== undefined)
    return {
      kind: 'certificate',
      certificate: { file: resolve(cwd, certificate) },
      ...(variable('AZURE_CLIENT_CERTIFICATE_PASSWORD') !== undefined && {
        password: { env: 'AZURE_CLIENT_CERTIFICATE_PASSWORD' },
      }),
    }
  if (variable('AZURE_FEDERATED_TOKEN_FILE') !== undefined) return { kind: 'workload-identity' }
  throw invalid(
    '--auth environment requires a secret, certificate or federated token in the environment.',
    'Set AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_FEDERATED_TOKEN_FILE.',
  )
}

/**
 * The sign-in host from AZURE_AUTHORITY_HOST, and its cloud. The configuration takes precedence.
 *
 * @throws EntrapipeError `CONFIG_INVALID`, also for a host of no known cloud if the settings have no graphUrl
 */
export const environmentAuthority = (
  { variable }: Environment,
  settings: TenantDefaults,
): Pick<TenantDefaults, 'cloud' | 'authorityUrl'> => {
  const given = variable('AZURE_AUTHORITY_HOST')
  if (given === undefined || settings.cloud !== undefined || settings.authorityUrl !== undefined) return {}
  const authorityUrl = (given.includes('://') ? given : `https://${given}`).replace(/\/+$/, '')
  const fault = authorityUrlFault(authorityUrl)
  if (fault !== undefined)
    throw invalid(`AZURE_AUTHORITY_HOST ${fault}.`, 'Set it to a host such as https://login.microsoftonline.com.')
  const [cloud] = Object.entries(clouds).find(([, one]) => one.authorityUrl === authorityUrl) ?? []
  if (cloud !== undefined) return { cloud: cloud as CloudName }
  if (settings.graphUrl !== undefined) return { authorityUrl }
  throw invalid(
    `AZURE_AUTHORITY_HOST is ${authorityUrl}, which is not one of Microsoft's sign-in hosts, and the configuration has no graphUrl for it.`,
    'Set defaults.graphUrl in the configuration, or unset AZURE_AUTHORITY_HOST.',
  )
}
