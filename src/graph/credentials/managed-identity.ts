import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** Which identity of the Azure machine is meant. */
export interface ManagedIdentityOptions {
  /** Of a user-assigned identity. @default the machine's own */
  readonly clientId?: string
}

/** The identity that Azure gives the machine or app this runs on. */
export const managedIdentity = ({ clientId }: ManagedIdentityOptions, setting: SignInSetting): Credential =>
  withIdentity(
    {
      kind: 'managed-identity',
      clientId,
      make: (identity, options) => new identity.ManagedIdentityCredential({ ...options, ...given({ clientId }) }),
    },
    setting,
  )
