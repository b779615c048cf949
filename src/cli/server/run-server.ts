import { isIP } from 'node:net'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntraApp } from '../../api/access/entra.ts'
import { proxiesIn } from '../../api/guards/hosts.ts'
import { newOutputIn } from '../../api/jobs/new-output.ts'
import { expectProtected, openServer, type Server } from '../../api/open-server.ts'
import { machineUser } from '../../core/environment.ts'
import type { NamedPlaces } from '../../core/named-places.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { startJobs, type StartJobsOptions } from '../../jobs/start-jobs.ts'
import { startNotifier } from '../../notifications/notifier.ts'
import { readNotificationSettings, type NotificationSettings } from '../../notifications/settings.ts'
import { isRemote } from '../../places/objects-at.ts'
import { sandboxName } from '../../tenants/choose-tenant.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import type { Store } from '../../store/store.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { placesFor } from './named-places.ts'
import { launchJobs } from './launch-jobs.ts'
import { openWished } from '../tenants/open-tenant.ts'
import { codeOf, databaseUrl, filesAt, folderOf, tenantsOf, untilOver } from './served.ts'
import { removeServerFile, writeServerFile } from './server-file.ts'
import { tenantTags } from './tenant-tags.ts'
import { tlsFiles } from './tls-files.ts'

/** Options of `serve`. */
export interface ServeOptions {
  readonly host?: string
  readonly port?: number
  readonly tenant?: readonly string[]
  readonly pipelines?: string
  readonly files?: string
  readonly workers?: number
  readonly tlsCert?: string
  readonly tlsKey?: string
  readonly behindProxy?: readonly string[]
  readonly entra?: EntraApp
  readonly maxUpload?: number
}

const usual = { host: '127.0.0.1', port: 7443, workers: 2, maxUpload: 10e9 }

/** Where this machine reaches its server, which may listen on all of its addresses. */
const ownAddress = (host: string): string => {
  const isEvery = isIP(host) !== 0 && /^[0.:]+$/.test(host)
  return isEvery ? (isIP(host) === 4 ? '127.0.0.1' : '::1') : host
}

/** Of the sandbox alone, only a configuration that was named has any. */
const notificationSettings = async (
  tenants: readonly string[],
  { environment, config }: Cli,
): Promise<NotificationSettings | undefined> => {
  const isSandboxOnly = tenants.every(name => name === sandboxName)
  if (isSandboxOnly && config() === undefined) return undefined
  return readNotificationSettings(await loadConfig(environment, config()), environment)
}

/**
 * Runs the jobs of this store and serves them, until the command is interrupted. Its log goes to stderr.
 *
 * @throws EntrapipeError `SERVER_ACTIVE` while another process does so; `OPTION_INVALID`, `USAGE`, and what `tenantsOf` and `tlsFiles` throw
 */
export const runServer = async (options: ServeOptions, cli: Cli): Promise<void> => {
  const { environment, clock, signal } = cli
  const [tenants, tls, pipelines, named] = [
    await tenantsOf(options, cli),
    await tlsFiles(options, cli),
    await folderOf(options.pipelines, '--pipelines', cli),
    await filesAt(options.files, cli),
  ]
  if (tls && options.behindProxy)
    throw new EntrapipeError('USAGE', '--tls-cert and --behind-proxy exclude each other: a proxy has TLS itself.')
  if (options.behindProxy) proxiesIn(options.behindProxy)
  const host = options.host ?? usual.host
  expectProtected({ host, tls, behindProxy: options.behindProxy })
  const notifications = await notificationSettings(tenants, cli)
  const isSandboxOnly = tenants.every(name => name === sandboxName)
  const { user, host: machine } = machineUser()
  const slots = options.workers ?? usual.workers
  const tagsOf = await tenantTags(tenants, cli)
  const places = await placesFor(tenants, cli)
  const own = await openOwn({ slots, tenants, pipelines, files: named, places }, cli)
  const { store, files, shared } = own
  const depot = shared?.depot
  const started = await startJobs({
    ...{ store, environment, clock, tenants, tagsOf, slots, newOutput: newOutputIn(depot ? undefined : files) },
    ...{ approval: !isSandboxOnly, say: line => cli.say(line), ...given({ shared }) },
    launch: launchJobs(cli),
  }).catch(async (error: unknown) => {
    await own.close()
    throw error
  })
  let server: Server | undefined
  let notifier: { stop(): Promise<void> } | undefined
  try {
    server = await openServer({
      ...{ clock, environment, store, tenants, isSandboxOnly, files, ...given({ depot }) },
      ...given({ tls, pipelines, behindProxy: options.behindProxy, entra: options.entra }),
      ...{ jobs: started.jobs, schedules: started.schedules, tables: started.tables },
      ...{ tagsOf, places },
      openReader: async tenant => (await openWished({ tenant }, { ...cli, store: async () => store })).graph,
      host,
      port: options.port ?? usual.port,
      owner: { id: `local:${user}@${machine}`, name: user },
      maxUpload: options.maxUpload ?? usual.maxUpload,
      // A person at a terminal only sees what goes wrong.
      log: { level: cli.stderr.isTTY ? 'warn' : 'info', stream: cli.stderr },
    })
    await writeServerFile(store.folder.path, {
      ...{ url: server.url, token: server.token, pid: process.pid },
      ...given({ tls: tls && { address: ownAddress(host), certificate: tls.cert } }),
    })
    notifier = startNotifier({
      ...{ tables: started.tables, clock, settings: notifications, url: server.url },
      say: line => cli.say(line),
    })
    await tell(server, tenants, cli)
    await untilOver(signal, started.outdated)
  } finally {
    if (server) {
      await removeServerFile(store.folder.path)
      await server.close()
    }
    await notifier?.stop()
    await started.stop()
    await own.close()
  }
}

interface Own {
  readonly store: Store
  readonly files: string
  readonly shared?: StartJobsOptions['shared']
  close(): Promise<void>
}

/**
 * Opens what jobs are kept in: the state folder, or what a fleet shares.
 *
 * @throws EntrapipeError `OPTION_INVALID` for no workers without a fleet; `USAGE` for a fleet without files; and as `openFleet`
 */
const openOwn = async (
  {
    slots,
    tenants,
    pipelines,
    files: named,
    places,
  }: {
    readonly slots: number
    readonly tenants: readonly string[]
    readonly pipelines: string | undefined
    readonly files: string | undefined
    readonly places: NamedPlaces
  },
  cli: Cli,
): Promise<Own> => {
  const url = databaseUrl(cli)
  if (url === undefined) {
    if (slots === 0)
      throw new EntrapipeError(
        'OPTION_INVALID',
        '--workers 0 leaves the jobs to the workers of a fleet, and there is none.',
        {
          fix: 'Set DATABASE_URL, and start `entrapipe worker`; or leave --workers out.',
        },
      )
    if (named !== undefined && isRemote(named))
      throw new EntrapipeError('USAGE', 'DATABASE_URL is not set, so --files must name a folder of this machine.', {
        fix: 'Leave --files out, or set DATABASE_URL: an address is for servers and workers on several machines.',
      })
    const store = await cli.store()
    const files = named ?? join(store.folder.path, 'files')
    await mkdir(files, { recursive: true, mode: 0o700 })
    return { store, files, close: async () => undefined }
  }
  if (named === undefined)
    throw new EntrapipeError(
      'USAGE',
      'DATABASE_URL is set, so --files must name the folder or the address that all machines share.',
      {
        fix: 'Add --files, or unset DATABASE_URL to keep the jobs on this machine.',
      },
    )
  const skills = slots === 0 ? undefined : { tenants, code: await codeOf(pipelines, cli), places: Object.keys(places) }
  const { openFleet } = await import('./open-fleet.ts')
  const { environment, clock } = cli
  const fleet = await openFleet({ url, files: named, skills, environment, clock, say: line => cli.say(line) })
  return { ...fleet, files: fleet.shared.depot?.folder ?? named }
}

const tell = async ({ url, link }: Server, tenants: readonly string[], cli: Cli): Promise<void> => {
  if (cli.json()) return printLines(cli, [JSON.stringify({ url, pid: process.pid })])
  cli.say(`Serving jobs of ${tenants.join(', ')} at ${url}`)
  cli.say(
    link === undefined
      ? 'Only the sandbox is served, and only this machine can reach it: no sign-in is needed.'
      : `To sign a browser in, open this link within a minute: ${link}`,
  )
  cli.say(
    '`entrapipe jobs` on this machine uses it. Press Ctrl-C to stop it: jobs in progress continue when it starts again.',
  )
}
