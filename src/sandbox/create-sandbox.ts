import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemClock } from '../core/clock.ts'
import { createDirectory } from './directory/create-directory.ts'
import type { LicenceSettings } from './directory/licences/settings.ts'
import type { Directory } from './directory/types.ts'
import type { Resources } from './protocol.ts'
import { createResources } from './resources/create-resources.ts'
import type { Knobs } from './resources/knobs.ts'
import { keptText, privateFolder } from './server/private-files.ts'
import { serve, type Sandbox, type ServeOptions } from './server/serve.ts'
import { createSwitches } from './server/switches.ts'

/** Options of a sandbox. */
export interface SandboxOptions extends Omit<ServeOptions, 'switches'> {
  /** @default 100000 */
  readonly users?: number
  /** Seed of the directory and of all random choices. @default 1 */
  readonly seed?: number
  /** Products of the tenant, and who has them. @default an example of each sort */
  readonly licences?: LicenceSettings
  /** Rare behaviours of Graph. */
  readonly knobs?: Knobs
  /** Replaces the synthetic directory. `users` is then ignored. */
  readonly directory?: Directory
  /** Replaces Graph's resources. */
  readonly resources?: Resources
}

/**
 * Starts a local Microsoft Graph with a synthetic tenant, including sign-in. It serves from this process, from when the
 * promise resolves until `close`. Its state (keys, secrets, changes) is in `stateDir`: one sandbox per folder.
 */
export const createSandbox = async (options: SandboxOptions): Promise<Sandbox> => {
  const { stateDir, clock = systemClock, users = 100_000, seed = 1, knobs, roles, licences, gzip = true } = options
  await privateFolder(stateDir)
  const key = await keptText(join(stateDir, 'link-key'), () => randomBytes(32).toString('base64url'))
  const switches = createSwitches({ ...knobs, gzip })
  const own = options.directory
    ? undefined
    : createDirectory({ users, seed, stateDir, clock, ...(roles ? { roles } : {}), ...(licences ? { licences } : {}) })
  try {
    const directory = (options.directory ?? own) as Directory
    const resources = options.resources ?? createResources({ directory, clock, key, knobs: switches.now })
    const served = await serve({
      ...options,
      seed,
      clock,
      directory,
      resources,
      switches,
      onStop: options.onStop ?? (() => void close()),
    })
    const close = async (): Promise<void> => {
      await served.close()
      own?.close()
    }
    return { ...served, close }
  } catch (error) {
    own?.close()
    throw error
  }
}
