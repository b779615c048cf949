import type { Identity } from '../../core/graph.ts'
import type { Finding, Values } from '../../core/operation.ts'

/** Properties that say who may change a device. */
export const deviceMastery: readonly string[] = ['operatingSystem']

/**
 * Why these properties of a device cannot be changed; undefined if they can. Of devices without Windows, an app changes
 * `extensionAttributes` only.
 *
 * @param paths `accountEnabled`, `extensionAttributes/extensionAttribute1`
 * @see https://learn.microsoft.com/graph/known-issues
 */
export const masteredOfDevice = (
  paths: readonly string[],
  device: Values,
  own: Identity | undefined,
): Finding | undefined => {
  const system = device['operatingSystem']
  if (own?.kind !== 'application' || String(system).toLowerCase() === 'windows') return undefined
  const others = paths.filter(path => !path.startsWith('extensionAttributes'))
  if (others.length === 0) return undefined
  return {
    outcome: 'failed',
    code: 'NOT_FOR_APPS',
    message: `Apps can change ${others.join(', ')} only on Windows devices, and this one has ${system === null ? 'no operating system' : String(system)}.`,
    fix: 'Sign in as a person, or remove the row.',
  }
}
