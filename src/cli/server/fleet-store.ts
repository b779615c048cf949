import { absolute } from '../../core/absolute.ts'
import type { Clock } from '../../core/clock.ts'
import type { Environment } from '../../core/environment.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { keyWrapping, type SharedKeys } from '../../store/key-wrapping.ts'
import { openSharedStore, type SharedStore } from '../../store/postgres/open-shared.ts'
import { readSecret } from '../../tenants/read-secret.ts'
import { sharedFolders } from './shared-files.ts'

interface FleetStoreOptions {
  readonly url: string
  readonly files: string
  readonly environment: Environment
  readonly clock: Clock
  readonly connections?: number
  readonly pace?: number | undefined
}

/**
 * Opens the store of a process of a fleet. Keys of runs are in the folder that machines share, wrapped by those in the file that
 * ENTRAPIPE_KEY_FILE names.
 *
 * @throws EntrapipeError `SECRET_MISSING`, `SECRET_EXPOSED`, `CONFIG_INVALID`, and as `openSharedStore`
 */
export const openFleetStore = async (
  options: FleetStoreOptions,
): Promise<SharedStore & { readonly keys: SharedKeys }> => {
  const { url, files, environment, clock, connections, pace } = options
  const file = environment.variable('ENTRAPIPE_KEY_FILE')
  if (file === undefined)
    throw new EntrapipeError('SECRET_MISSING', 'ENTRAPIPE_KEY_FILE is not set.', {
      fix: 'Set it to a file with a key for the keys of runs, the same on all machines. Make one with: openssl rand -base64 32',
    })
  const wrapping = keyWrapping(await readSecret({ file: absolute(environment, file) }, environment))
  const { keys, lasting } = await sharedFolders(files)
  const shared = { folder: keys, wrapping }
  const opened = await openSharedStore({
    ...{ url, environment, clock, keys: shared, lasting: { folder: lasting } },
    ...given({ connections, pace }),
  })
  return { ...opened, keys: shared }
}
