import type { Context } from '../../core/context.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { clouds } from '../../data/clouds.ts'
import type { Credential } from '../../graph/credential.ts'
import { azureCli } from '../../graph/credentials/azure-cli.ts'
import { createCredential } from '../../graph/credentials/create-credential.ts'
import { managedIdentity } from '../../graph/credentials/managed-identity.ts'
import type { SignInSetting } from '../../graph/credentials/setting.ts'
import { credentialSpec } from '../../tenants/credential-spec.ts'
import { environmentAuthority, environmentSignIn } from '../../tenants/environment-sign-in.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import type { BlobAddress } from './address.ts'

/** How to sign in to a storage account. The texts are secrets. */
export type BlobSignIn = { readonly sas: string } | { readonly key: string } | { readonly credential: Credential }

type Surroundings = Pick<Context, 'environment' | 'clock'>

/** Variables of the Azure CLI, and files with the same, which only their owner can read. */
const sasVariable = 'AZURE_STORAGE_SAS_TOKEN'
const keyVariable = 'AZURE_STORAGE_KEY'

/**
 * Chooses the sign-in to a storage account, from the environment: a SAS, else an account key, else what `--auth environment` uses
 * (a secret, a certificate, a federated token), else the managed identity of this app, else the Azure CLI, else the managed identity
 * of this machine.
 *
 * @throws EntrapipeError `SECRET_MISSING`, `SECRET_EXPOSED`, `CONFIG_INVALID`
 */
export const blobSignIn = async (address: BlobAddress, { environment, clock }: Surroundings): Promise<BlobSignIn> => {
  const secretIn = async (variable: string): Promise<string | undefined> => {
    const file = environment.variable(`${variable}_FILE`)
    return file === undefined ? environment.variable(variable) : await readSecret({ file }, environment)
  }
  const sas = await secretIn(sasVariable)
  if (sas !== undefined) return { sas: sas.trim().replace(/^\?/, '') }
  const key = await secretIn(keyVariable)
  if (key !== undefined) return { key: key.trim() }
  if (address.cloud === undefined)
    throw new EntrapipeError('SECRET_MISSING', `${address.serviceUrl} accepts only an account key or a SAS.`, {
      fix: `Set the environment variable ${keyVariable} or ${sasVariable}.`,
    })
  const { cloud = address.cloud, authorityUrl = clouds[cloud].authorityUrl } = environmentAuthority(environment, {})
  const tenantId = environment.variable('AZURE_TENANT_ID')
  const setting: SignInSetting = {
    ...given({ tenantId }),
    authorityUrl,
    // One audience for all accounts of all clouds.
    audience: 'https://storage.azure.com',
    clock,
    environment,
    tell: () => undefined,
  }
  const isSet = (variable: string): boolean => environment.variable(variable) !== undefined
  if (isSet('AZURE_CLIENT_SECRET') || isSet('AZURE_CLIENT_CERTIFICATE_PATH') || isSet('AZURE_FEDERATED_TOKEN_FILE')) {
    const app = environmentSignIn(environment, undefined)
    const spec = await credentialSpec(app, ref => readSecret(ref, environment))
    return { credential: createCredential(spec, { ...setting, tenantId: app.tenantId }) }
  }
  const managed = managedIdentity(given({ clientId: environment.variable('AZURE_CLIENT_ID') }), setting)
  // Set by App Service, Functions and Container Apps.
  if (isSet('IDENTITY_ENDPOINT') || isSet('MSI_ENDPOINT')) return { credential: managed }
  return { credential: firstOf(address, [azureCli(setting), managed]) }
}

/** The first credential that gives a token, from then on. */
const firstOf = ({ account }: BlobAddress, credentials: readonly Credential[]): Credential => {
  let chosen: Credential | undefined
  return {
    kind: credentials.map(({ kind }) => kind).join(' or '),
    async token(options = {}) {
      if (chosen) return chosen.token(options)
      const whys: string[] = []
      for (const credential of credentials)
        try {
          const token = await credential.token(options)
          chosen = credential
          return token
        } catch (error) {
          if (!(error instanceof EntrapipeError)) throw error
          whys.push(error.message)
        }
      throw new EntrapipeError(
        'SIGN_IN_FAILED',
        `No sign-in to the storage account ${account} works. ${whys.join(' ')}`,
        {
          facts: { account },
          fix: 'Set AZURE_TENANT_ID, AZURE_CLIENT_ID and a secret, certificate or federated token in the environment, or sign in with `az login`.',
        },
      )
    },
  }
}
