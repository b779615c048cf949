import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { systemClock } from '../core/clock.ts'
import { given } from '../core/given.ts'
import { createDirectory } from './directory/create-directory.ts'
import { namesOf } from './directory/tenant-names.ts'
import type { LicenceSettings } from './directory/licences/settings.ts'
import { registeredApps } from './directory/registered-apps.ts'
import type { Directory } from './directory/types.ts'
import type { Resources } from './protocol.ts'
import { createResources } from './resources/create-resources.ts'
import type { Knobs } from './resources/knobs.ts'
import { makeSecrets } from './server/apps.ts'
import { keptText, privateFolder } from './server/private-files.ts'
import { serve, type Sandbox, type ServeOptions } from './server/serve.ts'
import { createSharedParts, type SharedParts } from './server/shared-parts.ts'
import { createSwitches } from './server/switches.ts'
import { createTenant, type ServedTenant, type TenantsCommon } from './server/tenant.ts'
import type { LazyTenant } from './server/tenants.ts'

/** Options of a sandbox. */
export interface SandboxOptions extends Omit<ServeOptions, 'switches'> {
  /** @default 100000 */
  readonly users?: number
  /** Seed of the directory and of all random choices. @default 1 */
  readonly seed?: number
  /** Products of the tenant, and who has them. @default an example of each sort */
  readonly licences?: LicenceSettings
  /** How many tenants there are. The seed of each is one higher than that of the one before. @default 1 */
  readonly tenants?: number
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
  const { stateDir, clock = systemClock, users = 100_000, seed = 1, tenants = 1, knobs, roles, licences } = options
  const { gzip = true } = options
  await privateFolder(stateDir)
  const key = await keptText(join(stateDir, 'link-key'), () => randomBytes(32).toString('base64url'))
  const made: Directory[] = []
  let shared: SharedParts | undefined
  const make = (nth: number, folder: string) => {
    const size = { users, seed: seed + nth, stateDir: folder, clock, ...given({ roles, licences }) }
    const directory = createDirectory(size)
    made.push(directory)
    const switches = createSwitches({ ...knobs, gzip })
    const partnership = () => (nth === 0 ? shared?.partnership : undefined)
    const resources = createResources({ directory, clock, key, knobs: switches.now, partnership })
    return { directory, switches, resources }
  }
  /** The tenants besides the first one: their secrets exist, and nothing else does before it is asked for. */
  const others = (common: TenantsCommon): Promise<readonly LazyTenant[]> =>
    Promise.all(
      Array.from({ length: tenants - 1 }, async (_, at): Promise<LazyTenant> => {
        const nth = at + 1
        const names = namesOf({ users, seed: seed + nth, clock })
        const { tenantId, domain } = names
        const folder = join(stateDir, 'tenants', tenantId)
        await privateFolder(folder)
        const { secretFile } = await makeSecrets(folder, tenantId)
        const clientId = registeredApps(tenantId)[0]!.appId
        const state = () => ({ ...common.state(), tenantId, domain, clientId, secretFile })
        let opened: Promise<ServedTenant> | undefined
        return {
          names,
          reached: { tenantId, domain, clientId, secretFile },
          open: () => (opened ??= createTenant({ ...common, seed: seed + nth, state, folder, ...make(nth, folder) })),
        }
      }),
    )
  try {
    const first = options.directory ? undefined : make(0, stateDir)
    const switches = first?.switches ?? createSwitches({ ...knobs, gzip })
    const directory = (options.directory ?? first?.directory) as Directory
    const names = Array.from({ length: tenants - 1 }, (_, at) => namesOf({ users, seed: seed + at + 1, clock }))
    const { onDefect = () => {} } = options
    if (tenants > 1) shared = await createSharedParts({ directory, stateDir, others: names, onDefect })
    const served = await serve({
      ...options,
      seed,
      clock,
      directory,
      resources:
        options.resources ?? first?.resources ?? createResources({ directory, clock, key, knobs: switches.now }),
      switches,
      ...given({ shared }),
      others,
      onStop: options.onStop ?? (() => void close()),
    })
    const close = async (): Promise<void> => {
      await served.close()
      for (const directory of made) directory.close()
    }
    return { ...served, close }
  } catch (error) {
    for (const directory of made) directory.close()
    throw error
  }
}
