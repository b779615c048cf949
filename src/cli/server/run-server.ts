import { once } from 'node:events'
import { mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { EntraApp } from '../../api/access/entra.ts'
import { proxiesIn } from '../../api/guards/hosts.ts'
import { newOutputIn, outputsIn } from '../../api/jobs/new-output.ts'
import { expectProtected, openServer, type Server } from '../../api/open-server.ts'
import { absolute } from '../../core/absolute.ts'
import { machineUser } from '../../core/environment.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import { startJobs } from '../../jobs/start-jobs.ts'
import { startNotifier } from '../../notifications/notifier.ts'
import { readNotificationSettings, type NotificationSettings } from '../../notifications/settings.ts'
import { chooseTenant, sandboxName } from '../../tenants/choose-tenant.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import type { Cli } from '../cli.ts'
import { printLines } from '../command-line/print.ts'
import { launchJobs } from './launch-jobs.ts'
import { openWished } from '../tenants/open-tenant.ts'
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

/** @throws EntrapipeError `TENANT_MISSING`, `TENANT_UNKNOWN`, `CONFIG_INVALID` */
const tenantsOf = async ({ tenant = [] }: ServeOptions, cli: Cli): Promise<readonly string[]> => {
  const asked = [...new Set(tenant.map(name => (name.toLowerCase() === sandboxName ? sandboxName : name)))]
  const isSandbox = asked.length > 0 && asked.every(name => name === sandboxName)
  const loaded = isSandbox && cli.config() === undefined ? undefined : await loadConfig(cli.environment, cli.config())
  const names = asked.length > 0 ? asked : Object.keys(loaded?.config.tenants ?? {})
  if (names.length === 0) chooseTenant(loaded, {}, cli.environment)
  for (const name of names) chooseTenant(loaded, { tenant: name }, cli.environment)
  return names
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

/** @throws EntrapipeError `FILE_MISSING` */
const folderOf = async (
  path: string | undefined,
  option: string,
  { environment }: Cli,
): Promise<string | undefined> => {
  if (path === undefined) return undefined
  const folder = absolute(environment, path)
  const isFolder = await stat(folder).then(
    found => found.isDirectory(),
    () => false,
  )
  if (isFolder) return folder
  throw new EntrapipeError('FILE_MISSING', `${option}: the folder ${folder} was not found.`, {
    facts: { path: folder },
  })
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
    await folderOf(options.files, '--files', cli),
  ]
  if (tls && options.behindProxy)
    throw new EntrapipeError('USAGE', '--tls-cert and --behind-proxy exclude each other: a proxy has TLS itself.')
  if (options.behindProxy) proxiesIn(options.behindProxy)
  const host = options.host ?? usual.host
  expectProtected({ host, tls, behindProxy: options.behindProxy })
  const notifications = await notificationSettings(tenants, cli)
  const store = await cli.store()
  const isSandboxOnly = tenants.every(name => name === sandboxName)
  const { user, host: machine } = machineUser()
  const files = named ?? join(store.folder.path, 'files')
  await mkdir(files, { recursive: true, mode: 0o700 })
  const started = await startJobs({
    ...{ store, environment, clock, tenants, approval: !isSandboxOnly, newOutput: newOutputIn(outputsIn(files)) },
    slots: options.workers ?? usual.workers,
    say: line => cli.say(line),
    launch: launchJobs(cli),
  })
  let server: Server | undefined
  let notifier: { stop(): Promise<void> } | undefined
  try {
    server = await openServer({
      ...{ clock, environment, store, tenants, isSandboxOnly, files },
      ...given({ tls, pipelines, behindProxy: options.behindProxy, entra: options.entra }),
      ...{ jobs: started.jobs, schedules: started.schedules, tables: started.tables },
      tagsOf: await tenantTags(tenants, cli),
      openReader: async tenant => (await openWished({ tenant }, cli)).graph,
      host,
      port: options.port ?? usual.port,
      owner: { id: `local:${user}@${machine}`, name: user },
      maxUpload: options.maxUpload ?? usual.maxUpload,
      // A person at a terminal only sees what goes wrong.
      log: { level: cli.stderr.isTTY ? 'warn' : 'info', stream: cli.stderr },
    })
    await writeServerFile(store.folder.path, { url: server.url, token: server.token, pid: process.pid })
    notifier = startNotifier({
      ...{ tables: started.tables, clock, settings: notifications, url: server.url },
      say: line => cli.say(line),
    })
    await tell(server, tenants, cli)
    if (!signal.aborted) await once(signal, 'abort')
  } finally {
    if (server) {
      await removeServerFile(store.folder.path)
      await server.close()
    }
    await notifier?.stop()
    await started.stop()
  }
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
