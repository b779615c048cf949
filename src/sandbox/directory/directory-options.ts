import { join } from 'node:path'
import type { Clock } from '../../core/clock.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Json } from '../../core/json.ts'
import { fewestGroups } from './group-names.ts'
import { checkLicenceSettings, type LicenceSettings } from './licences/settings.ts'
import { hashOf } from './memory/hash-table.ts'
import { clamped } from './populate.ts'

/** Options of a directory. */
export interface DirectoryOptions {
  /** 1 to 100 million. @default 100000 */
  readonly users?: number
  /** @default 1 */
  readonly seed?: number
  /** At least 13. @default a fiftieth of the users, 40 to 40000 */
  readonly groups?: number
  /** @default four fifths of the users */
  readonly devices?: number
  /** Application permissions of the main app registration. @default all permissions of the sandbox */
  readonly roles?: readonly string[]
  /** Products of the tenant, and who has them. @default an example of each sort */
  readonly licences?: LicenceSettings
  readonly clock: Clock
  /** Path of the journal of changes. It is replayed when a directory with the same seed and sizes is created. @default none */
  readonly journal?: string
  /** Folder for a journal named after seed and sizes. */
  readonly stateDir?: string
  /** Number of changes that are worth a snapshot beside the journal, which makes the next start faster. @default 50000 */
  readonly snapshotEvery?: number
  /** Minimum number of changes kept for delta. @default 500000 */
  readonly keptChanges?: number
}

/** Sizes of a directory. @throws EntrapipeError `OPTION_INVALID` */
export const sizesOf = (options: DirectoryOptions) => {
  const { users = 100_000 } = options
  const groups = options.groups ?? clamped(Math.floor(users / 50), 40, 40_000)
  const devices = options.devices ?? Math.max(1, Math.floor(users * 0.8))
  check('users', users, 1)
  check('groups', groups, fewestGroups)
  check('devices', devices, 1)
  if (options.licences) checkLicenceSettings(options.licences)
  return { users, groups, devices }
}

/** Where the changes of a directory are kept, and what it is. */
export const journalOf = (options: DirectoryOptions): { readonly path: string | undefined; readonly header: Json } => {
  const { seed = 1, licences, stateDir } = options
  const { users, groups, devices } = sizesOf(options)
  const suffix = licences ? `-${hashOf(JSON.stringify(licences))}` : ''
  const name = `directory-${seed}-${users}-${groups}-${devices}${suffix}.jsonl`
  return {
    path: options.journal ?? (stateDir === undefined ? undefined : join(stateDir, name)),
    header: { seed, users, groups, devices, ...(licences ? { licences } : {}) } as unknown as Json,
  }
}

const check = (name: string, value: number, least: number): void => {
  if (!Number.isInteger(value) || value < least || value > 100_000_000)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `Expected ${name} to be a whole number from ${least} to 100000000, got ${value}`,
    )
}
