import type { Entity, Kind, Reference } from '../directory/types.ts'
import { isGuid } from './address.ts'
import type { Call, Handler } from './call.ts'
import { faults } from './faults.ts'
import { lookUp } from './lookup.ts'
import { readOptions } from './options.ts'
import { context, jsonReply } from './replies.ts'
import { objectWriter } from './object-writer.ts'
import { everyOne } from './relations.ts'
import { selectContext } from './schema.ts'
import { kindOfType, kinds } from './type-facts.ts'

/** Maximum number of ids per check. @see https://learn.microsoft.com/graph/api/directoryobject-checkmembergroups */
const maxChecked = 20
/** Maximum number of ids per getByIds. @see https://learn.microsoft.com/graph/api/directoryobject-getbyids */
const maxIds = 1_000
/** Maximum number of ids that getMemberGroups and getMemberObjects return. @see https://learn.microsoft.com/graph/api/directoryobject-getmembergroups */
const maxGroups = 11_000

/** Answers `checkMemberGroups`: those of the groups of which the object is a member, directly or indirectly. */
export const checkMemberGroups =
  (kind: Kind | undefined): Handler =>
  call => {
    const asked = idsOf(call, 'groupIds', maxChecked)
    return idsReply(
      call,
      matched(
        asked,
        groupsOf(call, kind, ({ kind: of }) => of === 'group'),
      ),
    )
  }

/** Answers `checkMemberObjects`: as checkMemberGroups, with directory roles and administrative units. */
export const checkMemberObjects =
  (kind: Kind | undefined): Handler =>
  call => {
    const asked = idsOf(call, 'ids', maxChecked)
    return idsReply(
      call,
      matched(
        asked,
        groupsOf(call, kind, () => true),
      ),
    )
  }

/** Answers `getMemberGroups`. `securityEnabledOnly` omits groups that grant no access. */
export const getMemberGroups =
  (kind: Kind | undefined): Handler =>
  call => {
    const only = securityEnabledOnly(call)
    const secure = ({ id }: Reference) =>
      !only || call.directory.collection('group').matches(id, group => group['securityEnabled'] === true)
    return idsReply(call, limited(groupsOf(call, kind, reference => reference.kind === 'group' && secure(reference))))
  }

/** Answers `getMemberObjects`: as getMemberGroups, with directory roles and administrative units. */
export const getMemberObjects =
  (kind: Kind | undefined): Handler =>
  call => {
    const only = securityEnabledOnly(call)
    const secure = ({ kind: of, id }: Reference) =>
      !only ||
      of !== 'group' ||
      call.directory.collection('group').matches(id, group => group['securityEnabled'] === true)
    return idsReply(call, limited(groupsOf(call, kind, secure)))
  }

/** Answers `POST /directoryObjects/getByIds`: objects in the order of the ids. Unknown ids are omitted. */
export const getByIds: Handler = call => {
  const options = readOptions(call.request, ['select'])
  const ids = idsOf(call, 'ids', maxIds, faults.guidInvalid)
  const types = typesOf(call)
  const write = objectWriter(call, options.select, 'direct')
  const items = [...new Set(ids)].flatMap(id => {
    const reference = call.directory.locate(id)
    return reference && types.has(reference.kind) ? (write(reference) ?? []) : []
  })
  const set = `directoryObjects${selectContext(call.schema, options.select)}`
  return jsonReply(`${context(call.request.root, set)},"value":[${items.join(',')}]}`)
}

const bodyOf = ({ request: { body } }: Call): Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : {}

const idsOf = (call: Call, property: string, most: number, invalid = faults.idInvalid): readonly string[] => {
  const ids = bodyOf(call)[property]
  if (!Array.isArray(ids) || ids.some(id => typeof id !== 'string')) throw faults.bodyProperty(property)
  if (ids.length > most) throw faults.tooManyIds(property, most)
  const wrong = (ids as readonly string[]).find(id => !isGuid(id))
  if (wrong !== undefined) throw invalid(wrong)
  return (ids as readonly string[]).map(id => id.toLowerCase())
}

const securityEnabledOnly = (call: Call): boolean => {
  const { securityEnabledOnly: only = false } = bodyOf(call)
  if (typeof only !== 'boolean') throw faults.bodyProperty('securityEnabledOnly')
  return only
}

const typesOf = (call: Call): ReadonlySet<Kind> => {
  const { types = ['directoryObject'] } = bodyOf(call)
  if (!Array.isArray(types) || types.some(type => typeof type !== 'string')) throw faults.bodyProperty('types')
  return new Set(
    (types as readonly string[]).flatMap(type => {
      if (type.toLowerCase() === 'directoryobject') return kinds
      const kind = kindOfType(`microsoft.graph.${type}`)
      if (kind === undefined) throw faults.bodyProperty('types')
      return kind
    }),
  )
}

const ownerOf = (call: Call, kind: Kind | undefined): Reference => {
  const key = call.keys[0]!
  if (kind !== undefined) return { kind, id: (lookUp(call, kind, key) satisfies Entity).id }
  if (!isGuid(key.value)) throw faults.idInvalid(key.value)
  const reference = call.directory.locate(key.value.toLowerCase())
  if (!reference) throw faults.notFound(key.value)
  return reference
}

const groupsOf = (call: Call, kind: Kind | undefined, wanted: (reference: Reference) => boolean): readonly string[] => {
  readOptions(call.request, [])
  const above = call.relations(ownerOf(call, kind), 'transitiveMemberOf', 'direct')
  return [...everyOne(above)].filter(wanted).map(({ id }) => id)
}

/** @throws GraphFault 400 `Directory_ResultSizeLimitExceeded` */
const limited = (ids: readonly string[]): readonly string[] => {
  if (ids.length > maxGroups) throw faults.resultTooLarge()
  return ids
}

const matched = (asked: readonly string[], have: readonly string[]): readonly string[] => {
  const all = new Set(have)
  return asked.filter(id => all.has(id))
}

const idsReply = (call: Call, ids: readonly string[]) =>
  jsonReply(`${context(call.request.root, 'Collection(Edm.String)')},"value":${JSON.stringify(ids)}}`)
