import type { Credential } from '../credential.ts'
import type { SignInSetting } from './setting.ts'
import { withIdentity } from './with-identity.ts'
import { given } from '../../core/given.ts'

/** Options of `managedIdentity`. */
export interface ManagedIdentityOptions {
  /** Client id of a user-assigned identity. @default the system-assigned identity */
  readonly clientId?: string
}

/** Signs in with the managed identity of the Azure machine or app that this runs on. */
export const managedIdentity = ({ clientId }: ManagedIdentityOptions, setting: SignInSetting): Credential =>
  withIdentity(
    {
      kind: 'managed-identity',
      clientId,
      make: (identity, options) => new identity.ManagedIdentityCredential({ ...options, ...given({ clientId }) }),
    },
    setting,
  )
