import type { NamedPlaces } from '../../core/named-places.ts'
import { sandboxName } from '../../tenants/choose-tenant.ts'
import { loadConfig } from '../../tenants/load-config.ts'
import type { Cli } from '../cli.ts'

/**
 * The places that a server or worker of these tenants can write to. Of the sandbox alone, only a configuration that was named has any.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const placesFor = async (
  tenants: readonly string[],
  cli: Pick<Cli, 'environment' | 'config'>,
): Promise<NamedPlaces> =>
  tenants.every(name => name === sandboxName) && cli.config() === undefined ? {} : await namedPlaces(cli)

/**
 * The places of the configuration. Each ends in a slash.
 *
 * @throws EntrapipeError `CONFIG_INVALID`
 */
export const namedPlaces = async ({
  environment,
  config,
}: Pick<Cli, 'environment' | 'config'>): Promise<NamedPlaces> => {
  const loaded = await loadConfig(environment, config())
  return Object.fromEntries(
    Object.entries(loaded?.config.places ?? {}).map(([name, at]) => [name, at.endsWith('/') ? at : `${at}/`]),
  )
}
