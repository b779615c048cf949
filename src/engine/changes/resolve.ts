import { given } from '../../core/given.ts'
import { isGuid } from '../../core/guid.ts'
import type { Graph, GraphReply, GraphRequest } from '../../core/graph.ts'
import { isFields } from '../../core/json.ts'
import { joined } from '../../core/joined.ts'
import {
  deletedExport,
  isPlainlyFound,
  isRestorable,
  namedAs,
  objectKinds,
  severalValued,
  type KindFacts,
  type ObjectKind,
} from '../../core/object-kinds.ts'
import { readNamedBy } from '../../core/named-by.ts'
import type { Finding, Named } from '../../core/operation.ts'
import { deletedByName, deletedNote, namesInBin } from '../../graph/deleted-names.ts'
import { graphCode, graphMessage, refusal } from '../../graph/refusal.ts'

/** The id of a named object, or why it has none. */
type Resolved = string | Finding

/** Resolves names of objects to ids, many at once. */
export interface Resolve {
  (named: readonly Named[]): Promise<readonly Resolved[]>
  /** What is known without a request; undefined for a name that must be looked up. */
  readonly known: (named: Named) => Resolved | undefined
}

/** Values of one `in`: Graph allows about 15 comparisons in a filter. */
const atOnce = 15
/** Names that are remembered. Later ones are looked up again. */
const mostNames = 50_000

/** The name without the property by which it is looked up. */
const nameOf = ({ name }: Named): string => readNamedBy(name)?.name ?? name

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
const asText = (value: unknown): string => (typeof value === 'string' ? value.toLowerCase() : '')

/** The kind of the objects among which a name is looked up; undefined for deleted ones, which names do not tell apart. */
const kindOf = ({ as }: Named): ObjectKind | undefined => (as === 'deleted' ? undefined : as === 'object' ? 'user' : as)

const factsOf = (named: Named): KindFacts | undefined => {
  const kind = kindOf(named)
  return kind && objectKinds[kind]
}

/** One object of the kind, in words. */
const wordOf = (named: Named): string => factsOf(named)?.word ?? 'deleted object'

/** How an object is named: by the property that the row says, else by the usual names. */
const spelled = (named: Named): readonly [property: string, name: string] => {
  const keyed = readNamedBy(named.name)
  if (keyed) return [keyed.property, keyed.name]
  return [joined(factsOf(named)?.names ?? ['id'], 'or'), named.name]
}

/** Why a name in place of the id of a deleted object is not used: several objects may have it. */
const notAnId = (named: Named, deleted: readonly string[], live: Resolved | undefined): Finding => {
  const of = named.of ? objectKinds[named.of].word : 'object'
  const isLive = typeof live === 'string' || live?.code === 'OBJECT_AMBIGUOUS'
  const message = (found: string): Finding => ({
    outcome: 'failed',
    code: isLive || deleted.length > 0 ? 'ID_REQUIRED' : 'OBJECT_NOT_FOUND',
    message: `Deleted ${of}s are named by id, and ${nameOf(named)} is not an id. ${found}`,
    fix:
      deleted.length > 0
        ? 'Use the id of the right one.'
        : isLive
          ? 'Remove the row.'
          : `Use the id. \`entrapipe export ${deletedExport(named.of ?? 'user')}\` lists those that can be restored.`,
  })
  const alive = !isLive
    ? undefined
    : typeof live === 'string'
      ? `A live ${of}, ${live}, has this name`
      : `Several live ${of}s have this name`
  const [first] = deleted
  if (first === undefined) return message(alive ? `${alive}.` : `No deleted ${of} has this name.`)
  const binned =
    deleted.length === 1
      ? `the deleted ${of} ${first}`
      : `${deleted.length} deleted ${of}s: ${deleted.slice(0, 5).join(', ')}, the last one first`
  if (alive) return message(`${alive}, and so ${deleted.length === 1 ? 'has' : 'have'} ${binned}.`)
  return message(deleted.length === 1 ? `The deleted ${of} ${first} has this name.` : `This is the name of ${binned}.`)
}

const missing = (named: Named): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_NOT_FOUND',
  message: `No ${wordOf(named)} has the ${spelled(named).join(' ')}.`,
  fix: readNamedBy(named.name)
    ? `Correct the ${spelled(named)[0]} in the row, or remove the row.`
    : named.as === 'object'
      ? 'Correct the name, or use the id: only users are found by name here.'
      : 'Correct the name, or use the id of the object.',
})

/** Ids that a message names. */
const mostNamed = 5

const listed = (ids: readonly string[]): string =>
  `${ids.slice(0, mostNamed).join(', ')}${ids.length > mostNamed ? ' …' : ''}`

/** @param isMore whether there are more than these */
const ambiguous = (named: Named, ids: readonly string[], isMore: boolean): Finding => ({
  outcome: 'failed',
  code: 'OBJECT_AMBIGUOUS',
  message: `${isMore ? 'More than ' : ''}${ids.length} ${wordOf(named)}s ${readNamedBy(named.name) ? `have the ${spelled(named).join(' ')}` : `are called ${named.name}`}: ${listed(ids)}.`,
  fix: readNamedBy(named.name)
    ? `Name the ${wordOf(named)} by its id, in place of its ${spelled(named)[0]}.`
    : 'Use the id of the object.',
})

const refused = (named: Named, reply: GraphReply): Finding => ({
  outcome: 'failed',
  status: reply.status,
  code: graphCode(reply) ?? 'GRAPH_REFUSED',
  message: `${spelled(named)[1]} could not be looked up: ${graphMessage(reply) ?? `status ${reply.status}`}`,
})

/** How the rows that wrote something about the object know it. */
const writtenName = (named: Named): string => namedAs(kindOf(named) ?? 'user', named.name)

/** Objects that are looked up together. */
const groupOf = (named: Named): string => `${kindOf(named) ?? named.as} ${readNamedBy(named.name)?.property ?? ''}`

const conditionOn = (property: string, names: readonly string[]): string =>
  severalValued.has(property)
    ? `${property}/any(each:${names.map(name => `each eq ${quoted(name)}`).join(' or ')})`
    : `${property} in (${names.map(quoted).join(',')})`

const requestFor = ({ path }: KindFacts, property: string, names: readonly string[]): GraphRequest => {
  const filter = encodeURIComponent(conditionOn(property, names))
  const url = `${path}?$select=id,${property.split('/')[0]}&$top=999&$filter=${filter}`
  if (isPlainlyFound(property)) return { method: 'GET', url }
  // Many other properties require an advanced query, and all allow one.
  return { method: 'GET', url: `${url}&$count=true`, headers: { ConsistencyLevel: 'eventual' } }
}

interface Page {
  readonly value?: readonly { readonly [name: string]: unknown }[]
  readonly '@odata.nextLink'?: string
}

const valueAt = (object: { readonly [name: string]: unknown }, property: string): unknown =>
  property.split('/').reduce<unknown>((at, name) => (isFields(at) ? at[name] : undefined), object)

/** Whether a value, or one of several, is the name. */
const isNamed = (value: unknown, name: string): boolean =>
  [value].flat().some(each => asText(each) === name.toLowerCase())

/** The ids of those objects that have a name. */
const idsOf = (named: Named, property: string, values: NonNullable<Page['value']>): readonly string[] =>
  values.flatMap(value => (isNamed(valueAt(value, property), nameOf(named)) ? [asText(value['id'])] : []))

/**
 * Looks up names with the first property, then what is missing with the next one.
 *
 * @param untilShown waits until the directory shows what was written lately, about these names or at all; returns whether it waited
 * @throws EntrapipeError `NOT_PERMITTED`
 */
export const resolver = (
  graph: Pick<Graph, 'batch' | 'pages' | 'tenant'>,
  signal: AbortSignal,
  untilShown: (names?: readonly string[]) => Promise<boolean> = async () => false,
): Resolve => {
  let known = new Map<string, Resolved>()
  const bins = new Map<string, ReadonlyMap<string, readonly string[]>>()
  const resolved = (each: Named): Resolved | undefined =>
    isGuid(each.name) ? each.name.toLowerCase() : known.get(keyOf(each))
  const keyOf = (named: Named): string =>
    `${kindOf(named) ?? `deleted ${named.of}`}${named.orDeleted ? ' or deleted' : ''}/${named.name.toLowerCase()}`

  const lookUp = async (
    kind: KindFacts,
    property: string,
    wanted: readonly Named[],
    most = atOnce,
  ): Promise<readonly Named[]> => {
    const pieces: (readonly Named[])[] = []
    for (let at = 0; at < wanted.length; at += most) pieces.push(wanted.slice(at, at + most))
    const requests = pieces.map(piece => requestFor(kind, property, piece.map(nameOf)))
    const replies = await graph.batch(requests, signal)
    const left: Named[] = []
    const crowded: Named[] = []
    const alone: (readonly [Named, GraphRequest])[] = []
    const settle = (each: Named, values: NonNullable<Page['value']>, isMore: boolean): void => {
      const ids = idsOf(each, property, values)
      if (ids.length > 1) known.set(keyOf(each), ambiguous(each, ids, isMore))
      else if (ids.length === 1) known.set(keyOf(each), ids[0]!)
      else left.push(each)
    }
    pieces.forEach((piece, at) => {
      const reply = replies[at]!
      // Without the permission, no row has an id.
      if (reply.status === 403) throw refusal(requests[at]!, reply, graph.tenant)
      const body = reply.body as Page | undefined
      const values = body?.value
      const isMore = body?.['@odata.nextLink'] !== undefined
      // Objects of one name may fill the page, so that those of another are not on it.
      if (isMore && piece.length > 1) return void crowded.push(...piece)
      for (const each of piece)
        if (!values) known.set(keyOf(each), refused(each, reply))
        else if (isMore && idsOf(each, property, values).length < 2) alone.push([each, requests[at]!])
        else settle(each, values, isMore)
    })
    for (const [each, { url, headers }] of alone) {
      // An empty or short page is not the end of a list that has a next one.
      const found = new Map<string, { readonly [name: string]: unknown }>()
      let isMore = false
      for await (const { values } of graph.pages<{ readonly id: string }>(url, { signal, ...given({ headers }) })) {
        for (const value of values) found.set(value.id, value)
        isMore = idsOf(each, property, [...found.values()]).length > mostNamed
        if (isMore) break
      }
      settle(each, [...found.values()], isMore)
    }
    return crowded.length > 0 ? [...left, ...(await lookUp(kind, property, crowded, 1))] : left
  }

  const lookUpAll = async (ofKind: readonly Named[]): Promise<readonly Named[]> => {
    let left = ofKind
    const kind = factsOf(left[0]!)
    const keyed = readNamedBy(left[0]!.name)
    for (const property of keyed ? [keyed.property] : (kind?.by ?? []))
      if (left.length > 0) left = await lookUp(kind!, property, left)
    return left
  }

  const binOf = async (kind: ObjectKind, property?: string): Promise<ReadonlyMap<string, readonly string[]>> => {
    const name = `${kind} ${property ?? objectKinds[kind].inBin}`
    const bin = bins.get(name) ?? (await deletedByName(graph, kind, signal, property))
    bins.set(name, bin)
    return bin
  }

  /** Says what a name means that stands in place of the id of a deleted object. Returns the others. */
  const explainNames = async (wanted: readonly Named[]): Promise<readonly Named[]> => {
    for (const [of, named] of Map.groupBy(wanted, ({ of }) => of)) {
      if (of === undefined || named[0]!.as !== 'deleted') continue
      const live = named.map(({ name }): Named => ({ as: of, name }))
      await lookUpAll(live)
      const bin = await binOf(of)
      for (const [at, each] of named.entries())
        known.set(keyOf(each), notAnId(each, bin.get(nameOf(each).toLowerCase()) ?? [], resolved(live[at]!)))
    }
    return wanted.filter(({ as, of }) => as !== 'deleted' || of === undefined)
  }

  /** The id of the deleted object that has the name, if there is one. */
  const inBin = async (each: Named): Promise<string | undefined> => {
    const kind = kindOf(each)
    const property = readNamedBy(each.name)?.property ?? (kind && objectKinds[kind].inBin)
    if (kind === undefined || property === undefined || !namesInBin(kind).includes(property)) return undefined
    return (await binOf(kind, property)).get(nameOf(each).toLowerCase())?.[0]
  }

  /** Why a name has no id: a person must know whether it is wrong, or its object was deleted. */
  const missingOrDeleted = async (named: Named): Promise<Finding> => {
    const found = missing(named)
    const kind = kindOf(named)
    const id = kind && isRestorable(kind) ? await inBin(named) : undefined
    if (id === undefined) return found
    const { sentence, fix } = deletedNote(kind!, id, graph.tenant.name)
    return { ...found, message: `${found.message} ${sentence}`, fix }
  }

  /** Finds those that may be deleted. Returns what is left. */
  const lookUpDeleted = async (wanted: readonly Named[]): Promise<readonly Named[]> => {
    const left: Named[] = []
    for (const each of wanted) {
      const id = each.orDeleted ? await inBin(each) : undefined
      if (id === undefined) left.push(each)
      else known.set(keyOf(each), id)
    }
    return left
  }

  const resolve = async (named: readonly Named[]): Promise<readonly Resolved[]> => {
    if (known.size > mostNames) known = new Map()
    const unknown = new Map<string, Named>()
    for (const each of named) if (resolved(each) === undefined) unknown.set(keyOf(each), each)
    if (unknown.size > 0) await untilShown([...unknown.values()].map(writtenName))
    for (const ofKind of Map.groupBy(unknown.values(), groupOf).values()) {
      let left = await lookUpAll(ofKind)
      // What this store created a moment ago may not be shown yet.
      if (left.length > 0 && (await untilShown())) left = await lookUpAll(left)
      for (const each of await lookUpDeleted(await explainNames(left)))
        known.set(keyOf(each), await missingOrDeleted(each))
    }
    return named.map(each => resolved(each)!)
  }
  return Object.assign(resolve, { known: resolved })
}
