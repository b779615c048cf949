import { EntrapipeError } from '../core/errors.ts'
import type { Graph } from '../core/graph.ts'
import { isGuid } from '../core/guid.ts'
import { readListings } from '../graph/read-listings.ts'
import { printText } from '../odata/print-filter.ts'
import type { Mapping } from './mapping.ts'

/** A group of the directory. */
interface NamedGroup {
  readonly id: string
  readonly displayName: string
}

/** Finds groups by their ids or display names, in the order of these. */
export type FindGroups = (names: readonly string[]) => Promise<readonly (readonly NamedGroup[])[]>

const condition = (name: string): string => `${isGuid(name) ? 'id' : 'displayName'} eq ${printText(name)}`

/**
 * Finds groups in the directory: a request for each name, 20 in a round trip.
 *
 * @see https://learn.microsoft.com/graph/api/group-list
 */
export const groupsFound =
  (ctx: { readonly graph: Pick<Graph, 'batch' | 'pages' | 'tenant'>; readonly signal?: AbortSignal }): FindGroups =>
  async names => {
    const found = await readListings<NamedGroup>(
      ctx,
      names.map(name => `/groups?$select=id,displayName&$filter=${encodeURIComponent(condition(name))}`),
    )
    return found.map((groups = []) => groups)
  }

/** Why a rule has no group. */
const fault = (name: string, found: readonly NamedGroup[]): string | undefined =>
  found.length === 1
    ? undefined
    : found.length === 0
      ? `No group has the ${isGuid(name) ? 'id' : 'name'} ${name}.`
      : `${found.length} groups are called ${name}: ${found.map(({ id }) => id).join(', ')}.`

/** The groups of rules, and of a memory. */
export interface RuleGroups {
  /** The mapping, whose rules name their groups by id. */
  readonly mapping: Mapping
  /** Display names by id. */
  readonly names: ReadonlyMap<string, string>
  /** Ids by names that are remembered; without those that name no group, or several. */
  readonly ids: ReadonlyMap<string, string>
}

/**
 * Looks up the groups of the rules, and those that a memory has by name. Two names of one group are then one.
 *
 * @throws EntrapipeError `MAPPING_INVALID` if a rule names no group, or several: its members would be taken out of the one that is meant
 */
export const ruleGroups = async (
  mapping: Mapping,
  remembered: readonly string[],
  find: FindGroups,
): Promise<RuleGroups> => {
  const ruled = [...new Set(mapping.groups.map(({ group }) => group))]
  const asked = [...new Set([...ruled, ...remembered])]
  const answers = asked.length === 0 ? [] : await find(asked)
  const found = new Map(asked.map((name, at) => [name, answers[at]!]))
  const faults = ruled.flatMap(name => fault(name, found.get(name)!) ?? [])
  if (faults.length > 0)
    throw new EntrapipeError('MAPPING_INVALID', `The groups of the mapping are not all known. ${faults.join(' ')}`, {
      fix: `Correct the rule in groups of the mapping${mapping.at === undefined ? '' : ` (${mapping.at})`}, remove it, or create the group.`,
    })
  const single = [...found].flatMap(([name, groups]) => (groups.length === 1 ? [[name, groups[0]!] as const] : []))
  const ids = new Map(single.map(([name, { id }]) => [name, id]))
  return {
    mapping: { ...mapping, groups: mapping.groups.map(rule => ({ ...rule, group: ids.get(rule.group)! })) },
    names: new Map(single.map(([, { id, displayName }]) => [id, displayName])),
    ids: new Map(remembered.flatMap(name => (ids.has(name) ? [[name, ids.get(name)!] as const] : []))),
  }
}
