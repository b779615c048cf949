import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** A person who signs in in any browser, with a code. */
export interface DeviceCodeOptions {
  readonly clientId: string
}

/** A person enters a code in a browser anywhere; the app has to allow public client flows. */
export const deviceCode = ({ clientId }: DeviceCodeOptions, setting: SignInSetting): Credential =>
  withIdentity(
    {
      kind: 'device-code',
      clientId,
      renewable: false,
      make: (identity, options) =>
        new identity.DeviceCodeCredential({
          ...options,
          clientId,
          ...given({ tenantId: setting.tenantId }),
          // The library calls it with whatever the endpoint answered, a refusal too: that one has no message.
          userPromptCallback: ({ message }: { readonly message?: string }) => {
            if (message) setting.tell(message)
          },
        }),
    },
    setting,
  )
