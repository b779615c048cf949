import { absolute } from '../../core/absolute.ts'
import type { Clock } from '../../core/clock.ts'
import type { Depot } from '../../core/depot.ts'
import { machineUser, type Environment } from '../../core/environment.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { isRemote } from '../../places/objects-at.ts'
import { shelvedKeys } from '../../store/key-shelf.ts'
import { keyWrappingOf } from '../../store/key-wrapping.ts'
import type { SharedKeys } from '../../store/run-paths.ts'
import { claimsInFolder, claimsOnShelf } from '../../store/lasting-claims.ts'
import { openSharedStore, type SharedStore } from '../../store/postgres/open-shared.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import { openDepot, shelfIn } from './open-depot.ts'
import { sharedFolders } from './shared-files.ts'

interface FleetStoreOptions {
  readonly url: string
  /** The folder that all machines share, or the address. */
  readonly files: string
  readonly environment: Environment
  readonly clock: Clock
  readonly connections?: number
  readonly pace?: number | undefined
}

/**
 * Opens the store of a process of a fleet. Keys of runs are where the machines share their files, wrapped by those in the file that
 * ENTRAPIPE_KEY_FILE names.
 *
 * @throws EntrapipeError `SECRET_MISSING`, `SECRET_EXPOSED`, `CONFIG_INVALID`, and as `openSharedStore`
 */
export const openFleetStore = async (
  options: FleetStoreOptions,
): Promise<SharedStore & { readonly keys: SharedKeys; readonly depot?: Depot }> => {
  const { url, files, environment, clock, connections, pace } = options
  const file = environment.variable('ENTRAPIPE_KEY_FILE')
  if (file === undefined)
    throw new EntrapipeError('SECRET_MISSING', 'ENTRAPIPE_KEY_FILE is not set.', {
      fix: 'Set it to a file with a key for the keys of runs, the same on all machines. Make one with: openssl rand -base64 32',
    })
  const keyFile = absolute(environment, file)
  const wrapping = keyWrappingOf(keyFile, await readSecret({ file: keyFile }, environment))
  const { host } = machineUser()
  const rest = { url, environment, clock, ...given({ connections, pace }) }
  if (isRemote(files)) {
    const depot = openDepot(files, { environment, clock })
    const shelf = { keys: shelfIn(depot, 'keys'), lasting: shelfIn(depot, 'lasting') }
    const keys = { folder: `${depot.address}keys`, wrapping, shelved: shelvedKeys(shelf.keys, wrapping) }
    const lasting = await claimsOnShelf(shelf.lasting, `${depot.address}lasting/`, host)
    return { ...(await openSharedStore({ ...rest, keys, lasting })), keys, depot }
  }
  const folders = await sharedFolders(files)
  const keys = { folder: folders.keys, wrapping }
  const lasting = claimsInFolder(folders.lasting, host)
  return { ...(await openSharedStore({ ...rest, keys, lasting })), keys }
}
