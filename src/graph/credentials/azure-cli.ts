import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** Uses the sign-in of the Azure CLI (`az login`). Needs no configuration. Without a tenant, uses the CLI's own. */
export const azureCli = (setting: SignInSetting): Credential =>
  withIdentity(
    {
      kind: 'azure-cli',
      make: identity =>
        new identity.AzureCliCredential({
          ...given({ tenantId: setting.tenantId }),
          // `az` is slow to start on some machines; the library's own limit is 13 s.
          processTimeoutInMs: 60_000,
        }),
    },
    setting,
  )
