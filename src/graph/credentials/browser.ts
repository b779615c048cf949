import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** A person who signs in in the browser of this machine. */
export interface BrowserOptions {
  readonly clientId: string
}

/** A person signs in with the browser, once a run; the app needs the redirect URI `http://localhost`. */
export const browser = ({ clientId }: BrowserOptions, setting: SignInSetting): Credential =>
  withIdentity(
    {
      kind: 'browser',
      clientId,
      renewable: false,
      make: (identity, options) => {
        setting.tell('The browser opens for you to sign in.')
        return new identity.InteractiveBrowserCredential({
          ...options,
          clientId,
          ...given({ tenantId: setting.tenantId }),
        })
      },
    },
    setting,
  )
