import { isCode } from '../../core/errors.ts'
import type { Graph } from '../../core/graph.ts'
import { toldCreated } from '../../engine/changes/created-ids.ts'
import type { Preview } from '../../engine/changes/tally.ts'

const ids = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi

/** Groups whose names are read, so that one request is enough. */
const mostGroups = 900

interface NamedObject {
  readonly id: string
  readonly displayName?: string | null
  readonly userPrincipalName?: string | null
}

/** The names of the objects that a preview mentions, by id in lower case. */
export type SampleNames = ReadonlyMap<string, string>

/**
 * Reads the names of the objects in samples, and of groups that lose members, with one request: user principal names of users, display
 * names of others. Objects that do not exist have none, and without Directory.Read.All none has.
 */
export const namesIn = async (
  { samples, removals }: Pick<Preview, 'samples' | 'removals'>,
  graph: Pick<Graph, 'request'>,
  signal: AbortSignal,
): Promise<SampleNames> => {
  const wanted = new Set(
    [...samples.map(({ about }) => about), ...removals.slice(0, mostGroups).map(({ of = '' }) => of)].flatMap(
      text => text.toLowerCase().match(ids) ?? [],
    ),
  )
  if (wanted.size === 0) return new Map()
  try {
    const { body } = await graph.request<{ readonly value: readonly NamedObject[] }>(
      {
        method: 'POST',
        url: '/directoryObjects/getByIds?$select=id,displayName,userPrincipalName',
        body: { ids: [...wanted] },
        repeatable: true,
      },
      signal,
    )
    return new Map(
      body.value.flatMap(({ id, displayName, userPrincipalName }) => {
        const name = userPrincipalName ?? displayName
        return typeof name === 'string' ? [[id.toLowerCase(), name] as const] : []
      }),
    )
  } catch (error) {
    if (isCode(error, 'NOT_PERMITTED')) return new Map()
    throw error
  }
}

/** What a sample is about, with the names that are known: `user <id> (ann@contoso.com)`. */
export const withNames = (about: string, names: SampleNames): string => {
  const known = (about.toLowerCase().match(ids) ?? []).flatMap(id => names.get(id) ?? [])
  const told = toldCreated(about)
  return known.length === 0 ? told : `${told} (${known.join(', ')})`
}
