import { Readable } from 'node:stream'
import { createSandbox } from '../../../src/sandbox/create-sandbox.ts'
import { systemClock, type Clock } from '../../../src/core/clock.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import type { LicenceTruth } from '../../../src/sandbox/directory/licences/types.ts'
import type { Change, Mutation } from '../../../src/sandbox/directory/types.ts'
import type { FaultRule } from '../../../src/sandbox/faults/types.ts'
import { runSandbox } from '../../../src/sandbox/main.ts'
import { GraphFault, type SandboxRequest } from '../../../src/sandbox/protocol.ts'
import { createResources } from '../../../src/sandbox/resources/create-resources.ts'
import { defaultKnobs, type Knobs } from '../../../src/sandbox/resources/knobs.ts'
import { commandsIn, type How } from '../../cli/commands-in.ts'
import { callControl } from '../call-control.ts'

/** Waits of the client end so much sooner. */
const hasteOf = 20
const startMs = Date.now()
/** A clock that runs faster than that of this machine. */
const quick = (days = 0): Clock => ({
  now: () => startMs + (Date.now() - startMs) * hasteOf + days * 24 * 60 * 60 * 1_000,
  sleep: (ms, signal) => systemClock.sleep(ms / hasteOf, signal),
})

/** Called before a request is answered. What it throws is the answer. */
type Onlooker = (request: SandboxRequest) => void

/** Products of the tenant. */
export const owned = [
  ...['SPE_E3', 'SPE_E5', 'SPB', 'O365_BUSINESS_PREMIUM', 'M365_F1', 'SPE_F1', 'POWER_BI_PRO', 'VISIOCLIENT'],
  ...['AAD_PREMIUM', 'INTUNE_A', 'EMS', 'MCOIMP', 'MCOSTANDARD', 'MCOEV', 'MCOPSTN1', 'ATP_ENTERPRISE', 'FLOW_FREE'],
] as const
export type Owned = (typeof owned)[number]

/** Units of each product, unless a cell says otherwise. */
const plenty = 100_000

/** Opens a sandbox in this process, and a store whose `--tenant sandbox` it is. Commands run in this process, too. */
export const openDesk = async (folder: string) => {
  const bed = commandsIn(folder)
  const stateDir = await bed.look(async store => store.folder.folder('sandbox'))
  const licences = { skus: owned.map(sku => ({ sku, enabled: plenty })) }
  const directory = createDirectory({ users: 20, seed: 1, clock: systemClock, licences })
  const usual: Knobs = { groupLicensingMs: 0, groupLicensingPerSecond: 0, writeMs: 0 }
  let knobs = { ...defaultKnobs, ...usual }
  let looking: Onlooker | undefined
  const resources = createResources({ directory, clock: systemClock, key: 'licence matrix', knobs: () => knobs })
  const stop = new AbortController()
  const ready = Promise.withResolvers<{ readonly controlUrl: string; readonly controlKey: string }>()
  const served = runSandbox({
    stateDir,
    settings: { users: 20, seed: 1, tls: false, gzip: false },
    foreground: true,
    signal: stop.signal,
    onReady: ready.resolve,
    create: asked =>
      createSandbox({
        ...asked,
        directory,
        async resources(request) {
          looking?.(request)
          return resources(request)
        },
      }),
  })
  served.catch(ready.reject)
  const control = callControl(await ready.promise)
  await control('PUT', '/knobs', usual)
  return {
    ...bed,
    directory,
    /** Calls the sandbox's control endpoint. */
    control,
    /** Runs a command with a clock that runs fast, so many days from now. */
    async run(argv: readonly string[], { days, piped, ...how }: Omit<How, 'clock'> & { readonly days?: number } = {}) {
      const own = Object.getOwnPropertyDescriptor(process, 'stdin')!
      if (piped !== undefined)
        Object.defineProperty(process, 'stdin', { ...own, get: () => Readable.from([Buffer.from(piped)]) })
      try {
        return await bed.runWith({ ...how, clock: quick(days) }, ...argv)
      } finally {
        Object.defineProperty(process, 'stdin', own)
      }
    },
    /** Changes the directory as somebody else. @throws GraphFault */
    mutate: (mutations: readonly Mutation[]): readonly Change[] => directory.commit(mutations, { request: 'control' }),
    faults: async (rules: readonly FaultRule[]) => void (await control('PUT', '/faults', rules)),
    async knobs(changed: Knobs): Promise<void> {
      knobs = { ...knobs, ...changed }
      await control('PUT', '/knobs', changed)
    },
    watch: (onlooker: Onlooker | undefined) => void (looking = onlooker),
    /** The ledger of truth of a user, once group-based licensing has done its part. */
    async truth(user: string): Promise<readonly LicenceTruth[]> {
      const text = await control('GET', `/truth/licences?user=${user}`)
      return text
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as LicenceTruth)
    },
    async close() {
      stop.abort()
      await served
      directory.close()
    },
  }
}

/** What the matrix is played on. */
export type Desk = Awaited<ReturnType<typeof openDesk>>

/** What Graph answers to an app that lacks a permission. */
export const denied = (): GraphFault =>
  new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
