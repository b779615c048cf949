import { mkdir } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { isIP } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import type { Clock } from '../core/clock.ts'
import type { Depot } from '../core/depot.ts'
import type { NamedPlaces } from '../core/named-places.ts'
import type { Environment } from '../core/environment.ts'
import { EntrapipeError, isCode } from '../core/errors.ts'
import { whyNotListening } from '../core/why-not-listening.ts'
import { otherRuns } from '../jobs/other-runs.ts'
import type { Jobs } from '../jobs/jobs.ts'
import type { Schedules } from '../jobs/schedules/schedules.ts'
import type { Store } from '../store/store.ts'
import type { Tables } from '../store/tables/tables.ts'
import { entraSignIn, entraTokens, type EntraApp } from './access/entra.ts'
import type { Caller } from './access/caller.ts'
import { hashOf, newSecret } from './access/secrets.ts'
import { createSessions } from './access/sessions.ts'
import { tokenPrefix, tokensIn } from './access/tokens.ts'
import { createApp, isSecure, type AppOptions } from './create-app.ts'
import { clientName, isLoopback } from './guards/hosts.ts'
import { readersOf, type Reader } from './directory/readers.ts'
import { collectRoutes } from './openapi.ts'
import { jobFilesAt, jobFilesIn } from './jobs/job-files.ts'
import { besidePlaces } from './jobs/placed-files.ts'
import { newOutputIn, outputsIn } from './jobs/new-output.ts'
import { jobAccess } from './jobs/open-jobs.ts'
import { pipelinesOf } from './jobs/pipelines.ts'
import { aboutRoutes } from './routes/about-routes.ts'
import { accessRoutes } from './routes/access-routes.ts'
import { directoryRoutes } from './routes/directory-routes.ts'
import { formRoutes } from './routes/form-routes.ts'
import { freeSpace, healthRoutes, type FreeSpace } from './routes/health-routes.ts'
import { jobActionRoutes } from './routes/job-action-routes.ts'
import { jobRoutes } from './routes/job-routes.ts'
import { jobWatchRoutes } from './routes/job-watch-routes.ts'
import { licenceRoutes } from './routes/licence-routes.ts'
import { metricsRoutes } from './routes/metrics-routes.ts'
import { pageRoutes } from './routes/page-routes.ts'
import { referenceRoutes } from './routes/reference-routes.ts'
import { runRoutes } from './routes/run-routes.ts'
import { scheduleRoutes } from './routes/schedule-routes.ts'
import { linkPath, signInRoutes } from './routes/sign-in-routes.ts'
import { uploadRoutes } from './routes/upload-routes.ts'
import { pageFiles } from './page/page-files.ts'
import { removeOld } from './remove-old.ts'
import { depotSweep, sweepCopies, sweepMs, unusedMs } from './sweep-depot.ts'
import { uploadsIn, uploadsName, type Uploads } from './uploads/uploads.ts'

/** What a server serves. */
export interface ServerOptions extends Omit<AppOptions, 'signIns'> {
  /** 0 for a free one. */
  readonly port: number
  readonly environment: Environment
  readonly jobs: Jobs
  readonly schedules: Schedules
  /** Holds the results of jobs. */
  readonly store: Pick<Store, 'get' | 'list' | 'read' | 'folder'>
  readonly tables: Tables
  /** Folder with pipeline files that jobs may run, besides those that come with entrapipe. Absolute. */
  readonly pipelines?: string | undefined
  /** Holds uploads and files of jobs, or copies of them. */
  readonly files: string
  /** Holds them, if they are at an address: `files` is then its folder of copies. */
  readonly depot?: Depot | undefined
  /** Names of the tenants that it has. */
  readonly tenants: readonly string[]
  /** Their tags. @default none */
  readonly tagsOf?: (tenant: string) => readonly string[]
  /** @default that of the system */
  readonly free?: FreeSpace
  /** Where outputs may go besides its own files. @default nowhere */
  readonly places?: NamedPlaces
  /** Whether all of them are the sandbox. */
  readonly isSandboxOnly: boolean
  /** Who started it. */
  readonly owner: Pick<Caller, 'id' | 'name'>
  readonly entra?: EntraApp | undefined
  /** Opens a client that reads the directory of a tenant, for forms. */
  readonly openReader: (tenant: string) => Promise<Reader>
  /** Most bytes of a file that is sent. */
  readonly maxUpload: number
}

/** A server that listens. */
export interface Server {
  /** Without a path. */
  readonly url: string
  /** Of commands of this user on this machine. */
  readonly token: string
  /** A link that signs one browser in, within a minute. Undefined where no sign-in is needed. */
  readonly link: string | undefined
  /** Ends all connections. */
  close(): Promise<void>
}

/**
 * What other machines can reach needs TLS.
 *
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const expectProtected = (options: Pick<ServerOptions, 'host' | 'tls' | 'behindProxy'>): void => {
  if (isLoopback(options.host) || isSecure(options)) return
  throw new EntrapipeError('OPTION_INVALID', `Other machines can reach ${options.host}, so it needs TLS.`, {
    fix: 'Add --tls-cert and --tls-key, or --behind-proxy with the address of the proxy that has TLS; or leave --host out.',
  })
}

/** The host as it stands in a URL. */
const inUrl = (host: string): string => (isIP(host) === 6 ? `[${host}]` : host)

const listening = async (app: FastifyInstance, host: string, port: number): Promise<number> => {
  try {
    await app.listen({ host, port })
    return (app.server.address() as AddressInfo).port
  } catch (cause) {
    const [why, fix] = whyNotListening(cause)
    throw new EntrapipeError('OPTION_INVALID', `The server cannot listen on ${host}, port ${port}: ${why}.`, {
      cause,
      fix,
    })
  }
}

/** Removes files that no job or schedule has any more, or never had, a day after they came, until the server closes. */
const sweep = async (
  {
    uploads,
    outputs,
    depot,
    jobs,
    schedules,
    clock,
    signal,
  }: {
    readonly uploads: Uploads
    readonly outputs: string
    readonly depot: Depot | undefined
    readonly jobs: Jobs
    readonly schedules: Schedules
    readonly clock: Clock
    readonly signal: AbortSignal
  },
  log: FastifyInstance['log'],
): Promise<void> => {
  const sweepDepot = depot && depotSweep(depot, clock, unusedMs)
  const isJob = async (id: string): Promise<boolean> => {
    try {
      return Boolean(await jobs.get(id))
    } catch (error) {
      if (isCode(error, 'JOB_UNKNOWN')) return false
      throw error
    }
  }
  while (!signal.aborted) {
    try {
      const olderMs = clock.now() - unusedMs
      const isNamed = await jobs.named()
      await uploads.sweep(olderMs, async id => (await isNamed(id)) || schedules.isNamed(id))
      await sweepDepot?.({ isNamed, isJob, isUpload: uploads.isKnown })
      await (depot ? sweepCopies(depot, olderMs, isNamed) : removeOld(outputs, olderMs, isNamed))
    } catch (error) {
      log.error({ err: error }, 'unused files could not be removed')
    }
    await clock.sleep(sweepMs, signal).catch(() => undefined)
  }
}

/**
 * Opens the server of jobs.
 *
 * @throws EntrapipeError `OPTION_INVALID` for an address that it cannot or must not listen on
 */
export const openServer = async (options: ServerOptions): Promise<Server> => {
  const { host, clock, tables, files, tenants, depot } = options
  expectProtected(options)
  const token = `${tokenPrefix}${newSecret()}`
  const owner: Caller = { ...options.owner, roles: ['Admin'], tenants: 'all', isApp: false }
  const sessions = createSessions(clock)
  const tokens = tokensIn(tables, clock, tenants)
  const isOpen = isLoopback(host) && !isSecure(options) && options.isSandboxOnly
  const app = await createApp({
    ...options,
    signIns: {
      tokens,
      sessions,
      own: { hash: hashOf(token), caller: owner },
      entra: options.entra && entraTokens(options.entra, clock),
      isOpen,
    },
  })
  const folder = join(files, uploadsName)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const uploads = uploadsIn(folder, tables, {
    ...{ clock, environment: options.environment, mostBytes: options.maxUpload, depot },
  })
  const outputs = outputsIn(files)
  await mkdir(outputs, { recursive: true, mode: 0o700 })
  const newOutput = newOutputIn(depot ? undefined : files)
  const { jobs, schedules } = options
  const pipelines = pipelinesOf(options.pipelines, options.environment)
  const access = jobAccess(jobs, pipelines, { tenants, files: depot ? undefined : files })
  const closing = new AbortController()
  app.addHook('preClose', async () => closing.abort())
  const sweeping = sweep({ uploads, outputs, depot, jobs, schedules, clock, signal: closing.signal }, app.log)
  await collectRoutes(app)
  const { tagsOf = () => [], places = {} } = options
  await jobRoutes(app, { jobs, access, pipelines, uploads, places, newOutput, clock, tagsOf })
  await jobActionRoutes(app, { jobs, access })
  await jobWatchRoutes(app, {
    ...{ jobs, access, clock, store: options.store },
    files: besidePlaces(depot ? jobFilesAt(depot) : jobFilesIn(outputs), places, {
      ...{ environment: options.environment, clock, signal: closing.signal },
    }),
    signal: closing.signal,
  })
  await runRoutes(app, { runs: otherRuns(options.store, jobs), access, store: options.store })
  await licenceRoutes(app, { jobs, access, pipelines, uploads, places, newOutput, clock })
  await scheduleRoutes(app, { schedules, access, pipelines, uploads, places, tagsOf })
  const readers = readersOf(options.openReader, clock)
  app.addHook('onClose', readers.close)
  await directoryRoutes(app, { access, readers })
  await formRoutes(app)
  await aboutRoutes(app, { jobs, access, pipelines, tagsOf, places })
  await uploadRoutes(app, { uploads, mostBytes: options.maxUpload })
  await accessRoutes(app, { tokens, clock, tenants })
  const page = pageFiles()
  const entra = options.entra && entraSignIn(options.entra)
  await signInRoutes(app, { sessions, secure: isSecure(options), style: `${page.prefix}page.css`, entra })
  await pageRoutes(app, page, entra && new URL(entra.token).origin)
  await healthRoutes(app, { tables, folders: [options.store.folder.path, files], free: options.free ?? freeSpace })
  await metricsRoutes(app, { jobs, access })
  await referenceRoutes(app)
  const port = await listening(app, host, options.port)
  const url = `${options.tls ? 'https' : 'http'}://${inUrl(clientName(host, options.tls?.cert))}:${port}`
  return {
    url,
    token,
    link: isOpen ? undefined : `${url}${linkPath(sessions.link({ caller: owner }))}`,
    async close() {
      await app.close()
      await sweeping
    },
  }
}
