import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** Options of `browser`. */
export interface BrowserOptions {
  readonly clientId: string
}

/** Signs in a person in this machine's browser, once per run. The app needs the redirect URI `http://localhost`. */
export const browser = ({ clientId }: BrowserOptions, setting: SignInSetting): Credential =>
  withIdentity(
    {
      kind: 'browser',
      clientId,
      renewable: false,
      make: (identity, options) => {
        setting.tell('Opening the browser to sign in.')
        return new identity.InteractiveBrowserCredential({
          ...options,
          clientId,
          ...given({ tenantId: setting.tenantId }),
        })
      },
    },
    setting,
  )
