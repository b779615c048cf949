import { parseSelect } from '../../odata/parse-select.ts'
import { EntrapipeError } from '../../core/errors.ts'
import type { Collection, Directory, Entity, Kind } from '../directory/types.ts'
import type { Caller } from '../protocol.ts'
import { faults } from './faults.ts'
import type { Knobs } from './knobs.ts'
import { basicUserProperties, sight } from './permissions.ts'
import { defaultProperties, neverListed, onlySingle } from '../../data/listing.ts'
import { propertiesOfType, relationsOfType } from '../../data/properties.ts'
import { kinds, typeFacts } from './type-facts.ts'

/** The properties that are written, and how. */
export interface Columns {
  /** Properties that are read from the directory. */
  readonly names: readonly string[]
  /** Members that are null, as JSON text with a leading comma. */
  readonly nulls: string
  /** For `@odata.context`: `(id,displayName)`, or empty. */
  readonly context: string
}

/** The properties of each kind, and what a caller sees of them. */
export interface Schema {
  /** All properties of a kind, by name in lower case. */
  properties(kind: Kind): ReadonlyMap<string, string>
  /**
   * Returns the columns of a `$select`, or the default ones. Properties that the caller may not see are null.
   *
   * @throws GraphFault 400 for an unknown property, 501 for one that no collection returns, 403
   */
  columns(kind: Kind, select: string | undefined, caller: Caller, where: 'list' | 'single'): Columns
}

/** Creates the schema. Properties that Microsoft's schema has and the directory lacks are null. */
export const createSchema = (directory: Directory, knobs: () => Required<Knobs>): Schema => {
  const kept = new Map<string, ReadonlyMap<string, string>>()
  const properties = (kind: Kind): ReadonlyMap<string, string> => {
    const withoutCreated = kind === 'user' && knobs().withoutCreatedDateTime
    const key = `${kind}/${withoutCreated}`
    const have = kept.get(key)
    if (have) return have
    const names = [...directory.collection(kind).properties, ...propertiesOfType(kind).keys()].filter(
      name => !(withoutCreated && name === 'createdDateTime'),
    )
    const made = new Map(names.map(name => [name.toLowerCase(), name]))
    kept.set(key, made)
    return made
  }
  return {
    properties,
    columns(kind, select, caller, where) {
      const asked = select === undefined ? undefined : parsedSelect(select)
      const held = new Set(directory.collection(kind).properties)
      const all = properties(kind)
      const names =
        asked === undefined
          ? defaults(kind, held, all)
          : [
              ...new Set(
                asked.flatMap(name => (name === '*' ? defaults(kind, held, all) : propertiesOf(kind, name, all))),
              ),
            ]
      refuse(kind, names, caller, where)
      const basic = sight(caller, kind) === 'basic'
      const shown = names.filter(name => held.has(name) && (!basic || basicUserProperties.has(name)))
      const hidden = names.filter(name => !shown.includes(name))
      return {
        names: shown,
        nulls: hidden.map(name => `,${JSON.stringify(name)}:null`).join(''),
        context: asked === undefined ? '' : `(${asked.map(path => spelled(path, all)).join(',')})`,
      }
    },
  }
}

const defaults = (kind: Kind, held: ReadonlySet<string>, all: ReadonlyMap<string, string>): readonly string[] =>
  defaultProperties(kind).filter(name => held.has(name) && all.has(name.toLowerCase()))

/** A relation may be selected too, without effect: only `$expand` returns it. */
const propertiesOf = (kind: Kind, path: string, all: ReadonlyMap<string, string>): readonly string[] => {
  const first = (path.split('/')[0] ?? '').toLowerCase()
  const name = all.get(first)
  if (name !== undefined) return [name]
  if ([...relationsOfType(kind).keys()].some(relation => relation.toLowerCase() === first)) return []
  throw faults.propertyUnknown(path, typeFacts[kind].type)
}

/** @see https://learn.microsoft.com/graph/api/user-get-mailboxsettings */
const mailboxReaders = ['MailboxSettings.Read', 'MailboxSettings.ReadWrite']

const refuse = (kind: Kind, names: readonly string[], caller: Caller, where: 'list' | 'single'): void => {
  if (where === 'list' && names.some(name => neverListed(kind).has(name) || onlySingle(kind).has(name)))
    throw faults.notImplemented()
  if (names.includes('signInActivity') && !caller.permissions.has('AuditLog.Read.All'))
    throw faults.permissionMissing('AuditLog.Read.All')
  if (names.includes('mailboxSettings') && !mailboxReaders.some(one => caller.permissions.has(one)))
    throw faults.mailboxDenied()
  if (names.includes('customSecurityAttributes') && !caller.permissions.has('CustomSecAttributeAssignment.Read.All'))
    throw faults.denied()
}

/** Returns a path as the schema spells it. Contexts and properties use this spelling, whatever the `$select` used. */
const spelled = (path: string, all: ReadonlyMap<string, string>): string => {
  const [first = '', ...rest] = path.split('/')
  return [all.get(first.toLowerCase()) ?? first, ...rest].join('/')
}

/**
 * Returns the part of `@odata.context` for a `$select` on objects of one kind, or of any kind: `(id,displayName)`, or empty.
 *
 * @throws GraphFault 400 `BadRequest`
 */
export const selectContext = (schema: Schema, select: string | undefined, of?: Kind): string => {
  if (select === undefined) return ''
  const maps = (of ? [of] : kinds).map(kind => schema.properties(kind))
  const known = (path: string): ReadonlyMap<string, string> =>
    maps.find(all => all.has((path.split('/')[0] ?? '').toLowerCase())) ?? new Map()
  return `(${parsedSelect(select)
    .map(path => spelled(path, known(path)))
    .join(',')})`
}

/** @throws GraphFault 400 `BadRequest` */
export const parsedSelect = (select: string): readonly string[] => {
  try {
    return parseSelect(select)
  } catch (cause) {
    if (!(cause instanceof EntrapipeError)) throw cause
    throw Object.assign(faults.selectTerm(select), { cause })
  }
}

/** Adds null members to the JSON text of an object. */
export const withNulls = (json: string, nulls: string): string =>
  nulls === '' ? json : json === '{}' ? `{${nulls.slice(1)}}` : `${json.slice(0, -1)}${nulls}}`

/** Adds the type to the JSON text of an object. */
export const typed = (json: string, kind: Kind): string =>
  json === '{}'
    ? `{"@odata.type":"#${typeFacts[kind].type}"}`
    : `{"@odata.type":"#${typeFacts[kind].type}",${json.slice(1)}`

/** Serialises an object with the given columns. */
export const written = (collection: Collection, entity: Entity, { names, nulls }: Columns): string =>
  withNulls(collection.json(entity, names), nulls)
