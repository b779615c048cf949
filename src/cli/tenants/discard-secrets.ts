import { isDeepStrictEqual } from 'node:util'
import { EntrapipeError } from '../../core/errors.ts'
import type { CompleteConfig, SecretRef } from '../../tenants/config.ts'
import type { LoadedConfig } from '../../tenants/load-config.ts'
import { secretAccounts } from '../../tenants/secret-account.ts'
import { removeSecret } from '../../tenants/store-secret.ts'
import type { Cli } from '../cli.ts'
import { secretsIn } from './secrets-in.ts'

/** A secret that a tenant no longer refers to. */
export interface OldSecret {
  readonly outcome: 'removed' | 'kept'
  readonly secret: SecretRef
}

/**
 * Removes the secrets that entrapipe stored for a tenant and that no entry refers to any longer. Keeps secrets in variables
 * and in other files.
 *
 * @param before the configuration before the change
 */
export const discardSecrets = async (
  tenant: string,
  before: LoadedConfig,
  now: CompleteConfig,
  { environment }: Pick<Cli, 'environment'>,
): Promise<readonly OldSecret[]> => {
  const { own } = secretAccounts(before.file, tenant, environment)
  const used = (name: string): readonly SecretRef[] => secretsIn({ ...before, config: now }, name, environment.home)
  const isUsed = (names: readonly string[], secret: SecretRef): boolean =>
    names.flatMap(used).some(other => isDeepStrictEqual(other, secret))
  const names = Object.keys(now.tenants)
  const old: OldSecret[] = []
  for (const secret of secretsIn(before, tenant, environment.home)) {
    if (isUsed(names.includes(tenant) ? [tenant] : [], secret)) continue
    const isFree = own(secret) !== undefined && !isUsed(names, secret)
    old.push({ outcome: isFree && (await isRemoved(secret)) ? 'removed' : 'kept', secret })
  }
  return old
}

/** The configuration is already written, so a secret that cannot be removed is not an error. */
const isRemoved = async (secret: SecretRef): Promise<boolean> => {
  try {
    await removeSecret(secret)
    return true
  } catch (error) {
    if (error instanceof EntrapipeError) return false
    throw error
  }
}
