import { once } from 'node:events'
import { stat } from 'node:fs/promises'
import { absolute } from '../../core/absolute.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { checkContext } from '../../engine/contexts.ts'
import { isRemote, objectsAt } from '../../places/objects-at.ts'
import { codeIn, firstVersion } from '../../jobs/fleet/routes.ts'
import { pipelinesOf } from '../../api/jobs/pipelines.ts'
import { chooseTenant, sandboxName } from '../../tenants/choose-tenant.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import type { Cli } from '../cli.ts'

/** @throws EntrapipeError `TENANT_MISSING`, `TENANT_UNKNOWN`, `CONFIG_INVALID` */
export const tenantsOf = async (
  { tenant = [] }: { readonly tenant?: readonly string[] },
  cli: Cli,
): Promise<readonly string[]> => {
  const asked = [...new Set(tenant.map(name => (name.toLowerCase() === sandboxName ? sandboxName : name)))]
  const isSandbox = asked.length > 0 && asked.every(name => name === sandboxName)
  const loaded = isSandbox && cli.config() === undefined ? undefined : await loadConfig(cli.environment, cli.config())
  const names = asked.length > 0 ? asked : Object.keys(loaded?.config.tenants ?? {})
  if (names.length === 0) chooseTenant(loaded, {}, cli.environment)
  for (const name of names) chooseTenant(loaded, { tenant: name }, cli.environment)
  return names
}

/** @throws EntrapipeError `FILE_MISSING`, `OPTION_INVALID` for an address */
export const folderOf = async (
  path: string | undefined,
  option: string,
  { environment }: Cli,
): Promise<string | undefined> => {
  if (path === undefined) return undefined
  if (isRemote(path))
    throw new EntrapipeError('OPTION_INVALID', `${option} names a folder, and ${path.split('?')[0]} is an address.`, {
      fix: 'Mount the storage on each machine, and name the folder where it is mounted.',
    })
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
 * Where the files of jobs are: an absolute folder, or an address that ends in `/`.
 *
 * @throws EntrapipeError `FILE_MISSING`, `OPTION_INVALID` for an address that cannot be used
 */
export const filesAt = async (path: string | undefined, cli: Cli): Promise<string | undefined> => {
  if (path === undefined || !isRemote(path)) return folderOf(path, '--files', cli)
  const address = path.endsWith('/') ? path : `${path}/`
  const { environment, clock, signal } = cli
  objectsAt(address).target(checkContext({ environment, clock, signal, graph: undefined }))
  return address
}

/** The pipelines that a worker has, with the hashes of their files, or their versions. @param folder absolute */
export const codeOf = async (folder: string | undefined, { environment }: Cli): Promise<readonly string[]> => {
  const all = await pipelinesOf(folder, environment).list()
  return all.flatMap(({ noted, code }) => (code === firstVersion ? [] : [codeIn(noted, code)]))
}

/** The address of the database of a fleet, a secret. Undefined where jobs are kept on this machine. */
export const databaseUrl = ({ environment }: Pick<Cli, 'environment'>): string | undefined =>
  environment.variable('DATABASE_URL')

/** Waits until a process of a fleet is stopped. @throws EntrapipeError the reason, if it is too old for the tables */
export const untilOver = async (signal: AbortSignal, outdated: AbortSignal): Promise<void> => {
  const either = AbortSignal.any([signal, outdated])
  if (!either.aborted) await once(either, 'abort')
  if (outdated.aborted) throw outdated.reason
}
