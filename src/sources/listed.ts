import type { Context } from '../core/context.ts'
import { EntrapipeError } from '../core/errors.ts'
import { given } from '../core/given.ts'
import { isGuid } from '../core/guid.ts'
import { joined } from '../core/joined.ts'
import type { Fields, Json } from '../core/json.ts'
import { isRestorable, objectKinds } from '../core/object-kinds.ts'
import type { Source } from '../core/parts.ts'
import type { Result } from '../core/result.ts'
import type { Key, Row } from '../core/row.ts'
import { expectOptions, isNamed, needed, optional, someText, someTexts, trueOrFalse } from '../data/expect-options.ts'
import { deletedByName, deletedNote } from '../graph/deleted-names.ts'
import { loose, propertyIn } from '../formats/csv-header.ts'
import { ahead, inLists } from './graph/ahead.ts'
import { typed } from './graph/directory-listing.ts'
import { listedColumns } from './graph/listed-columns.ts'
import type { Entity } from './graph/listing.ts'
import { namedObjects } from './graph/named-objects.ts'
import { objectsInTurn, type ObjectsPlace } from './graph/objects-in-turn.ts'
import { sightOf } from './graph/unseen.ts'

/** Kinds of objects that a list can name. */
export const listedKinds = ['user', 'group', 'device', 'application', 'servicePrincipal'] as const
/** One of `listedKinds`. */
export type ListedKind = (typeof listedKinds)[number]

/** Options of `listed`. */
export interface ListedOptions {
  readonly kind: ListedKind
  /** The rows that name the objects. */
  readonly names: Source<Fields>
  /** The column with the name or id. @default the first of the usual ones that the rows have, or their only one */
  readonly column?: string
  /** Whether a list without rows is read as one of no objects. @default false */
  readonly allowEmpty?: boolean
  /**
   * Whether a row keeps its key and its columns, beside the properties of the object. An object that is named again then has a row again.
   * @default false
   */
  readonly keepRows?: boolean
  /** As for a listing of the kind. */
  readonly select?: readonly string[]
  readonly expand?: string
}

/** Names that are looked up together. Ids and other names are asked for apart, and together they are at most 20 requests. */
const namesPerTrip = 285
const tripsAtOnce = 4

/**
 * Reads the objects that a list names by id or by another name (users: user principal name or mail; devices: deviceId or name; apps:
 * appId or name), in the order of the list. 15 are read in a request, 285 in a round trip. A name of no object, or of several, is a failed
 * row: `OBJECT_NOT_FOUND`, `OBJECT_AMBIGUOUS`. `key` is the id; an object that is named again is dropped as repeated. A list without rows is
 * refused, because a command that failed leaves one.
 *
 * @throws EntrapipeError `PROPERTY_UNKNOWN`, `OPTION_INVALID` at once; `COLUMN_UNKNOWN` if the rows have no column of names;
 *   `INPUT_INCOMPLETE` if there are none; what the source of names throws
 */
export const listed = (options: ListedOptions): Source<Entity> => {
  expectOptions('listed', options, {
    kind: needed(`a kind of objects: ${joined(listedKinds, 'or')}`, kind => listedKinds.includes(kind as ListedKind)),
    names: needed('a source of names', names => isNamed(names) && 'read' in names),
    column: someText,
    allowEmpty: trueOrFalse,
    keepRows: trueOrFalse,
    select: someTexts,
    expand: optional,
  })
  const { kind, names, column, allowEmpty = false, keepRows = false, select, expand } = options
  const { path } = objectKinds[kind]
  const checked = typed({ path, type: kind, ...given({ select, expand }) })
  const objects = namedObjects(kind, checked)
  const inTurn = namesOf(kind, names, column, allowEmpty)
  return {
    kind: 'listed',
    usesGraph: true,
    live: false,
    ...(!keepRows && { keys: 'unique' }),
    ...(names.resumable === false && { resumable: false }),
    check: async ctx => void (await names.check?.(ctx)),
    describe: async ctx => ({
      of: kind,
      query: objects.example.slice(path.length + 1),
      from: (await names.describe?.(ctx)) ?? null,
      ...given({ column }),
      ...(keepRows && { keepRows }),
    }),
    columns: () => (keepRows ? undefined : listedColumns(given({ select, expand }), kind)),
    pace(ctx) {
      const pace = ctx.graph.pace(objects.example)
      return (
        pace && {
          rowsPerMinute: pace.perMinute * 15,
          rowsAtOnce: pace.burst * 15,
          why: `Graph allows ${Math.round(pace.perMinute)} requests per minute of this kind, 15 objects each`,
        }
      )
    },
    async *read(ctx, _shard, from) {
      const why = kind === 'user' ? (await sightOf(ctx)).ofUsers(select) : undefined
      if (why !== undefined) ctx.origin({ completeness: 'unverified', why })
      const deleted = deletedOf(ctx, kind)
      const trips = inLists(objectsInTurn(ctx, inTurn, (from ?? {}) as ObjectsPlace), namesPerTrip)
      const found = ahead(trips, tripsAtOnce, async trip => ({
        trip,
        found: await objects.find(
          ctx,
          trip.map(({ object }) => String(object['name'])),
        ),
      }))
      for await (const { trip, found: all } of found) {
        const rows: Row<Entity>[] = []
        for (const [nth, { object }] of trip.entries()) {
          const [one, other] = all[nth]!
          const { line, row } = object as Named
          if (one && !other)
            rows.push(keepRows ? { key: line, value: { ...row, ...one } } : { key: one.id, value: one })
          else ctx.settled(await failed(kind, object as Named, all[nth]!, deleted), (object as Named).row)
        }
        const { after } = trip.at(-1)!
        yield names.resumable === false ? { rows } : { rows, position: after }
      }
    },
  }
}

/** A row of the list: its key, and what it names. */
interface Named extends Entity {
  readonly name: string
  readonly line: Key
  readonly row: Fields
}

/** Names of the list as objects whose ids are the keys of their rows. */
const namesOf = (
  kind: ListedKind,
  names: Source<Fields>,
  column: string | undefined,
  allowEmpty: boolean,
): Source<Named> => ({
  kind: names.kind,
  async *read(ctx, _shard, from) {
    // There are rows before a position.
    let isEmpty = from === undefined
    // Keys of a source with unique keys are text.
    const settled = (result: Result, read?: Fields): void => {
      isEmpty = false
      ctx.settled({ ...result, key: `line ${result.key}` }, read)
    }
    const own = Object.create(ctx, { settled: { value: settled } }) as Context
    let named = column
    for await (const page of names.read(own, { name: names.kind }, from)) {
      isEmpty &&= page.rows.length === 0
      const rows = page.rows.map(({ key, value }) => {
        named ??= columnIn(kind, Object.keys(value))
        const name = value[named]
        if (name === undefined) throw lacking(kind, Object.keys(value), named)
        return { key, value: { id: String(key), line: key, name: textOf(name), row: value } }
      })
      yield { ...page, rows }
    }
    if (isEmpty && !allowEmpty)
      throw new EntrapipeError('INPUT_INCOMPLETE', `The list has no rows, so it names no ${objectKinds[kind].word}.`, {
        fix: 'Did the command that wrote it fail? If no rows are what you want, add `allowEmpty: true`.',
      })
  },
})

const textOf = (value: unknown): string =>
  value === null ? '' : typeof value === 'string' ? value.trim() : JSON.stringify(value as Json)

/** The column that names objects of the kind. @throws EntrapipeError `COLUMN_UNKNOWN` */
const columnIn = (kind: ListedKind, columns: readonly string[]): string => {
  const { captions, keyed } = objectKinds[kind]
  const usual = ['id', 'objectId', ...captions, ...Object.keys(keyed)]
  for (const caption of usual) {
    const column = columns.find(name => loose(propertyIn(name) ?? name) === loose(caption))
    if (column !== undefined) return column
  }
  if (columns.length === 1) return columns[0]!
  throw lacking(kind, columns)
}

const lacking = (kind: ListedKind, columns: readonly string[], column?: string): EntrapipeError =>
  new EntrapipeError(
    'COLUMN_UNKNOWN',
    column === undefined
      ? `No column of the list names ${objectKinds[kind].word}s: it has ${joined(columns.slice(0, 10))}.`
      : `A row of the list has no column ${column}: it has ${joined(columns.slice(0, 10))}.`,
    { fix: `Call the column ${objectKinds[kind].captions[0]!}, or name it with \`column\`.` },
  )

/** What is said of a name, or an id, that a deleted object has; undefined if none has it. The bin is read once, for the first one. */
type DeletedOf = (name: string) => Promise<ReturnType<typeof deletedNote> | undefined>

const deletedOf = (ctx: Context, kind: ListedKind): DeletedOf => {
  let bin: ReturnType<typeof deletedByName> | undefined
  return async name => {
    if (!isRestorable(kind)) return undefined
    const ids = await (bin ??= deletedByName(ctx.graph, kind, ctx.signal))
    const wanted = name.toLowerCase()
    const id = isGuid(name) ? [...ids.values()].flat().find(each => each === wanted) : ids.get(wanted)?.[0]
    return id === undefined ? undefined : deletedNote(kind, id, ctx.graph.tenant.name)
  }
}

/** The result of a name that no object has, or several. */
const failed = async (
  kind: ListedKind,
  { id, name }: Named,
  objects: readonly Entity[],
  deleted: DeletedOf,
): Promise<Result> => {
  const { word, noun, names, keyed } = objectKinds[kind]
  const shared = { key: name, operation: `read-${noun}`, target: name, outcome: 'failed' } as const
  if (name === '')
    return {
      ...shared,
      key: `line ${id}`,
      code: 'OBJECT_NOT_FOUND',
      message: `A row names no ${word}.`,
      fix: 'Remove the row.',
    }
  const note = objects.length === 0 ? await deleted(name) : undefined
  return objects.length === 0
    ? {
        ...shared,
        code: 'OBJECT_NOT_FOUND',
        message: `No ${word} has the ${joined([...new Set([...names, ...Object.values(keyed)])], 'or')} ${name}.${note ? ` ${note.sentence}` : ''}`,
        fix: note?.fix ?? 'Correct the name, or remove it.',
      }
    : {
        ...shared,
        code: 'OBJECT_AMBIGUOUS',
        message: `${objects.length} ${word}s are called ${name}: ${objects
          .slice(0, 5)
          .map(({ id }) => id)
          .join(', ')}${objects.length > 5 ? ' …' : ''}.`,
        fix: 'Use the id of the object.',
      }
}
