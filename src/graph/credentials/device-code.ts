import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** Options of `deviceCode`. */
export interface DeviceCodeOptions {
  readonly clientId: string
}

/** Signs in a person who enters a code in any browser. The app must allow public client flows. */
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
          // The library also calls this with a refusal of the endpoint, which has no message.
          userPromptCallback: ({ message }: { readonly message?: string }) => {
            if (message) setting.tell(message)
          },
        }),
    },
    setting,
  )
