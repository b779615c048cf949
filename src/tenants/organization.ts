import type { Graph } from '../core/graph.ts'
import { given } from '../core/given.ts'

/** The organization of a directory. */
export interface Organization {
  readonly displayName: string
  readonly defaultDomain?: string
  readonly verifiedDomains: readonly string[]
}

/**
 * Reads the organization of a directory.
 *
 * @throws EntrapipeError `NOT_PERMITTED` without Organization.Read.All
 */
export const organizationOf = async (
  graph: Pick<Graph, 'request'>,
  signal?: AbortSignal,
): Promise<Organization | undefined> => {
  const { body } = await graph.request<{
    value: { displayName: string; verifiedDomains: { name: string; isDefault: boolean }[] }[]
  }>({ method: 'GET', url: '/organization?$select=id,displayName,verifiedDomains' }, signal)
  const found = body.value[0]
  if (!found) return undefined
  const defaultDomain = found.verifiedDomains.find(({ isDefault }) => isDefault)?.name
  return {
    displayName: found.displayName,
    ...given({ defaultDomain }),
    verifiedDomains: found.verifiedDomains.map(({ name }) => name),
  }
}
