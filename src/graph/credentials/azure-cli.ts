import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** Whoever is signed in to the Azure CLI (`az login`). Nothing to configure; without a tenant it is that sign-in's own. */
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
