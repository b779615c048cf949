import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { Environment } from '../core/environment.ts'
import type { SecretRef } from './config.ts'
import { secretsFolder } from './store-secret.ts'

const ending = '.secret'

/** The name that a stored secret has in the keyring or in the folder of secrets; undefined for a reference to another place. */
const accountOf = (ref: SecretRef, environment: Environment): string | undefined => {
  if ('keyring' in ref) return ref.keyring
  const isStored = 'file' in ref && dirname(ref.file) === secretsFolder(environment) && ref.file.endsWith(ending)
  return isStored ? basename(ref.file, ending) : undefined
}

/**
 * The accounts of a tenant's secrets. They contain a hash of the configuration's path, since tenants of two projects may have
 * the same name.
 */
export const secretAccounts = (configFile: string, tenant: string, environment: Environment) => {
  const base = `${tenant}-${createHash('sha256').update(configFile).digest('hex').slice(0, 12)}`
  const own = (ref: SecretRef): string | undefined => {
    const account = accountOf(ref, environment)
    return account === base || (account?.startsWith(`${base}-`) && /^\d+$/.test(account.slice(base.length + 1)))
      ? account
      : undefined
  }
  return {
    /** The account of a reference, if it is one of this tenant's. */
    own,
    /** The first account that none of `used` refers to. */
    free(used: readonly SecretRef[]): string {
      const taken = new Set(used.map(ref => accountOf(ref, environment)))
      for (let at = 1; ; at++) {
        const account = at === 1 ? base : `${base}-${at}`
        if (!taken.has(account)) return account
      }
    },
  }
}
