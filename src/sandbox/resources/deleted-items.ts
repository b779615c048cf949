import type { Fields } from '../../core/json.ts'
import { defaultProperties } from '../../data/listing.ts'
import type { Collection, Entity, Kind } from '../directory/types.ts'
import { isGuid } from './address.ts'
import type { Call, Handler } from './call.ts'
import { commit } from './commit.ts'
import { faults } from './faults.ts'
import { withLicences } from './licensing.ts'
import { readOptions } from './options.ts'
import { demandOwned } from './owned-apps.ts'
import { binWriting, demand, readingOf } from './permissions.ts'
import { demandOver } from './privileged.ts'
import { entityReply, noContent } from './replies.ts'
import { typed, written } from './schema.ts'
import { binned, kindOfType } from './type-facts.ts'
import { checkDomain, withComputed } from './user-computed.ts'
import { checkUserValues } from './user-values.ts'
import { writeFaults } from './write-faults.ts'

/** Deleted objects have `deletedDateTime`, even if it is not a default property. */
export const withDeletion = (select: string | undefined, names: readonly string[]): readonly string[] =>
  select !== undefined || names.includes('deletedDateTime') ? names : ['deletedDateTime', ...names]

/** Answers `GET /directory/deletedItems/{id}`, also with a type: `…/{id}/microsoft.graph.user`. */
export const deletedItem: Handler = call => {
  const options = readOptions(call.request, ['select'])
  const { kind, bin, entity } = inBin(call)
  if (call.type !== undefined && kindOfType(call.type) !== kind) throw faults.notFound(entity.id)
  demand(call.request.caller, readingOf[kind])
  const columns = call.schema.columns(kind, options.select, call.request.caller, 'single')
  const names = withDeletion(options.select, columns.names)
  const json = typed(written(bin, entity, { ...columns, names }), kind)
  return entityReply(call.request.root, `directoryObjects${columns.context}/$entity`, json)
}

/** Answers `DELETE /directory/deletedItems/{id}`. @see https://learn.microsoft.com/graph/api/directory-deleteditems-delete */
export const purgeItem: Handler = call => {
  readOptions(call.request, [])
  const { kind, entity } = inBin(call)
  const { caller } = call.request
  demandBin(call, kind, entity.id)
  // Apps cannot purge groups, whatever their permissions.
  if (kind === 'group' && !caller.delegated) throw faults.denied()
  return {
    holds: [entity.id],
    apply() {
      commit(call, [{ do: 'purge', kind, id: entity.id }])
      return noContent
    },
  }
}

/** Answers `POST /directory/deletedItems/{id}/restore`. @see https://learn.microsoft.com/graph/api/directory-deleteditems-restore */
export const restoreItem: Handler = call => {
  readOptions(call.request, [])
  const { kind, entity } = inBin(call)
  demandBin(call, kind, entity.id)
  const { newUserPrincipalName, autoReconcileProxyConflict } = restoreOptions(call.request.body)
  const values =
    kind === 'user' && newUserPrincipalName !== undefined ? renamed(call, newUserPrincipalName, entity) : {}
  return {
    holds: [entity.id],
    apply() {
      const reconciled = kind === 'user' && autoReconcileProxyConflict === true ? withoutConflicts(call, entity) : {}
      const restoration = { do: 'restore', kind, id: entity.id, values: { ...values, ...reconciled } } as const
      commit(call, [withLicences(call.directory, call.knobs, restoration)])
      const restored = call.directory.truth(entity.id)?.entity ?? entity
      const columns = { names: defaultProperties(kind), nulls: '', context: '' }
      const json = typed(written(call.directory.collection(kind), restored, columns), kind)
      return entityReply(call.request.root, 'directoryObjects/$entity', json)
    },
  }
}

/** @throws GraphFault 403 */
const demandBin = (call: Call, kind: Kind, id: string): void => {
  demand(call.request.caller, binWriting[kind] ?? [])
  if (kind === 'user') demandOver(call, id)
  if (kind === 'application' || kind === 'servicePrincipal') demandOwned(call, kind, id)
}

interface Found {
  readonly kind: Kind
  readonly bin: Collection
  readonly entity: Entity
}

/** Finds the deleted object that the path names. @throws GraphFault 400, 404 */
const inBin = ({ directory, keys }: Call): Found => {
  const id = keys[0]!.value
  if (!isGuid(id)) throw faults.idInvalid(id)
  for (const kind of binned) {
    const bin = directory.deleted(kind)
    const entity = bin.get(id.toLowerCase())
    if (entity) return { kind, bin, entity }
  }
  throw faults.notFound(id)
}

interface RestoreOptions {
  readonly autoReconcileProxyConflict?: boolean
  readonly newUserPrincipalName?: string
}

const restoreOptions = (body: unknown): RestoreOptions => {
  const given = (body ?? {}) as Fields
  for (const [name, value] of Object.entries(given)) {
    const type = { autoReconcileProxyConflict: 'boolean', newUserPrincipalName: 'string' }[name]
    if (type === undefined) throw writeFaults.propertyUnknown(name)
    if (value !== null && typeof value !== type) throw writeFaults.typeMismatch(name)
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null))
}

const renamed = ({ directory }: Call, userPrincipalName: string, user: Entity): Fields => {
  const given = { userPrincipalName }
  checkUserValues(given)
  checkDomain(directory, userPrincipalName, user['onPremisesImmutableId'])
  return withComputed(directory, given, user)
}

/** Addresses that other users have by now are given up. */
const withoutConflicts = ({ directory }: Call, user: Entity): Fields => {
  const given = (user['proxyAddresses'] ?? []) as readonly string[]
  const bare = (one: string): string => one.replace(/^smtp:/i, '')
  const isFree = (one: string): boolean =>
    directory.collection('user').find('proxyAddresses', bare(one), 'truth') === undefined
  const proxyAddresses = given.filter(isFree)
  if (proxyAddresses.length === given.length) return {}
  const { mail } = user
  const hasMail = proxyAddresses.some(one => bare(one).toLowerCase() === String(mail).toLowerCase())
  return { proxyAddresses, ...(hasMail ? {} : { mail: null }) }
}
