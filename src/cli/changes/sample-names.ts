import { isCode } from '../../core/errors.ts'
import type { Graph, GraphRequest } from '../../core/graph.ts'
import { objectKinds } from '../../core/object-kinds.ts'
import { readNamedBy } from '../../core/named-by.ts'
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

type Sample = Preview['samples'][number]

/** What a sample is about, and the other objects that its row names, such as the manager. */
export const sampleText = ({ about, subject, names }: Pick<Sample, 'about' | 'subject' | 'names'>): string =>
  subject ??
  [
    about,
    ...names.map(({ name }) => readNamedBy(name)?.name ?? name).filter(name => !about.includes(name.toLowerCase())),
  ].join(': ')

const idsIn = (text: string): readonly string[] => text.toLowerCase().match(ids) ?? []

/**
 * Reads the names of the objects in samples, and of groups that lose members, with one request, and those of roles with one each: user
 * principal names of users, display names of others. Objects that do not exist have none, and without Directory.Read.All none has.
 */
export const namesIn = async (
  { samples, removals }: Pick<Preview, 'samples' | 'removals'>,
  graph: Pick<Graph, 'request'>,
  signal: AbortSignal,
): Promise<SampleNames> => {
  const removed = removals.slice(0, mostGroups)
  const texts = [...samples.map(sampleText), ...removed.map(({ of = '' }) => of)]
  const roles = new Set([
    ...samples.flatMap(({ names }) => names.flatMap(({ as, name }) => (as === 'directoryRole' ? idsIn(name) : []))),
    ...removed.flatMap(({ changes, of = '' }) => (changes === 'directoryRole' ? idsIn(of) : [])),
  ])
  const objects = new Set(texts.flatMap(idsIn).filter(id => !roles.has(id)))
  const read = async (request: GraphRequest): Promise<readonly NamedObject[]> => {
    try {
      const { body } = await graph.request<{ readonly value?: readonly NamedObject[] } & NamedObject>(request, signal)
      return body.value ?? [body]
    } catch (error) {
      if (isCode(error, 'NOT_PERMITTED') || isCode(error, 'GRAPH_NOT_FOUND')) return []
      throw error
    }
  }
  const found = await Promise.all([
    ...(objects.size === 0 ? [] : [read(byIds([...objects]))]),
    ...[...roles].map(id =>
      read({ method: 'GET', url: `${objectKinds.directoryRole.path}/${id}?$select=id,displayName` }),
    ),
  ])
  return new Map(
    found.flat().flatMap(({ id, displayName, userPrincipalName }) => {
      const name = userPrincipalName ?? displayName
      return typeof name === 'string' ? [[id.toLowerCase(), name] as const] : []
    }),
  )
}

const byIds = (ids: readonly string[]): GraphRequest => ({
  method: 'POST',
  url: '/directoryObjects/getByIds?$select=id,displayName,userPrincipalName',
  body: { ids },
  repeatable: true,
})

/** What a sample is about, with the names that are known: `user <id> (ann@contoso.com)`. */
export const withNames = (about: string, names: SampleNames): string => {
  const known = idsIn(about).flatMap(id => names.get(id) ?? [])
  const told = toldCreated(about)
  return known.length === 0 ? told : `${told} (${known.join(', ')})`
}

/** A sample as a line of a preview, after the name of its row. Of a user whose licences change, it has the name alone. */
export const sampleLine = (sample: Sample, title: string, names: SampleNames): string => {
  const { key, subject, detail } = sample
  const nameOf = (text: string): string => names.get(text.toLowerCase()) ?? toldCreated(text)
  const row = typeof key === 'number' ? `line ${key}` : nameOf(key)
  const what = subject === undefined ? withNames(sampleText(sample), names) : nameOf(subject)
  return `${row}: ${title}: ${[...(what === row ? [] : [what]), ...(detail === undefined ? [] : [detail])].join(', ')}`
}
