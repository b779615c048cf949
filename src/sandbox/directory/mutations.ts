import type { Fields } from '../../core/json.ts'
import { GraphFault } from '../protocol.ts'
import { assignmentId } from './assignment-ids.ts'
import { alreadyAssigned, notAssigned, notFound } from './assignment-faults.ts'
import type { LinkTable } from './base-links.ts'
import type { Version } from './faces.ts'
import { guids, type Guids } from './guids.ts'
import { isoTimeOfMs } from './iso-time.ts'
import { hasBaseLink, isLive } from './links.ts'
import { datedLicences, freedLicences } from './licences/changes.ts'
import { licenceProperties } from './licences/properties.ts'
import { directProperty } from './licences/reader.ts'
import type { DirectLicence } from './licences/types.ts'
import type { Records } from './memory/records.ts'
import { keysOf } from './order-lists.ts'
import type { Effect, Realms, State } from './state.ts'
import type { Change, Kind, Mutation, Reference } from './types.ts'

/** A resolved mutation: its change for the log, its effects, and the mutation with all generated values filled in. */
interface Resolved {
  readonly mutation: Mutation
  readonly change: Change
  readonly effects: readonly Effect[]
}

interface MutationOptions {
  readonly realms: Realms
  readonly table: LinkTable
  readonly truth: State
  readonly records: Records
  readonly key: number
  /** Direct licences of a user. */
  readonly directOf: (user: Version) => readonly DirectLicence[]
}

/** Resolves a mutation without applying it. Deterministic for the same sequence and time. The keys of a replayed one were checked when it was made. */
type Resolve = (mutation: Mutation, sequence: number, atMs: number, isReplayed: boolean) => Resolved

/** @param holder id of the user that has the value, for properties whose errors name it */
const taken = (property: string, holder?: string): GraphFault => {
  const message = `Another object with the same value for property ${property} already exists.`
  return new GraphFault(400, 'Request_BadRequest', message, {
    details: [
      { code: 'ObjectConflict', message, target: property },
      ...(holder === undefined ? [] : [{ code: 'ConflictingObjects', message, target: `User_${holder}` }]),
    ],
  })
}

/** @see https://github.com/microsoftgraph/microsoft-graph-docs-contrib/issues/8421 */
const isOwned = (property: string): boolean => property === 'proxyAddresses' || property === 'onPremisesImmutableId'

const guidKeys: { readonly [property: string]: number } = { deviceId: 1, appId: 2 }
const createdDates: { readonly [kind in Kind]?: string } = {
  user: 'createdDateTime',
  group: 'createdDateTime',
  application: 'createdDateTime',
  device: 'registrationDateTime',
}

/**
 * Microsoft 365 groups and security groups of the cloud are kept in the bin; distribution lists, mail-enabled security groups
 * and groups from Active Directory are not.
 *
 * @see https://learn.microsoft.com/entra/identity/users/groups-restore-deleted
 */
const isKeptGroup = (valueOf: (property: string) => unknown): boolean =>
  (valueOf('groupTypes') as readonly string[]).includes('Unified') ||
  (valueOf('securityEnabled') === true && valueOf('mailEnabled') !== true && valueOf('onPremisesSyncEnabled') !== true)

/** The user principal name of a soft-deleted user: the id, then the name. The name stays reserved. */
export const binnedUpn = (id: string, upn: unknown): unknown =>
  typeof upn === 'string' ? id.replaceAll('-', '') + upn : upn

/** The original name of a soft-deleted user. The number sign keeps the property out of replies. */
export const heldUpn = '#userPrincipalName'

/** The properties that show a change of the given ones. */
const shownBy = (names: readonly string[]): readonly string[] =>
  names.includes(directProperty) ? [...new Set([...names, ...licenceProperties])] : names

/** The ids of objects that are created without one, by the sequence of their creation. */
export const createdIds = (key: number): Guids => guids(key ^ 0x19)

/** Resolves mutations against the truth. @throws GraphFault for invalid mutations */
export const mutations = ({ realms, table, truth, records, key, directOf }: MutationOptions): Resolve => {
  const ids = createdIds(key)
  const otherIds = guids(key ^ 0x1a)

  const live = (kind: Kind, given: string): Version | undefined => {
    const id = given.toLowerCase()
    const overlay = truth.live(kind)
    const version = overlay.version(id)
    if (version) return version
    const rank = realms[kind].population.rankOf(id)
    return rank === undefined || overlay.isMasked(rank) ? undefined : { id, rank, record: 0 }
  }
  const present = (kind: Kind, id: string): Version => {
    const version = live(kind, id)
    if (!version) throw notFound(id)
    return version
  }
  const holderOf = (kind: Kind, property: string, value: string): string | undefined => {
    const { population } = realms[kind]
    const overlay = truth.live(kind)
    const changed = overlay.find(property, value)
    if (changed !== undefined) return changed
    const rank = population.keys[property]?.(value)
    return rank === undefined || overlay.isMasked(rank) ? undefined : population.idOf(rank)
  }
  const mayHold = (kind: Kind, id: string, values: Fields): void => {
    for (const property of Object.keys(realms[kind].population.keys))
      for (const value of keysOf(values[property])) {
        const holder = holderOf(kind, property, value)
        if (holder !== undefined && holder !== id) throw taken(property, isOwned(property) ? holder : undefined)
        if (property !== 'userPrincipalName') continue
        const binned = truth.bin(kind).find(heldUpn, value)
        if (binned !== undefined && binned !== id) throw taken(property)
      }
  }
  const kept = (kind: Kind, version: Version): boolean => {
    if (kind === 'group') return isKeptGroup(property => realms.group.look.value(version, property))
    return kind === 'user' || kind === 'application' || kind === 'servicePrincipal' || kind === 'administrativeUnit'
  }
  const unlinked = (owner: Reference, target: Reference, relation: 'manager'): Effect => ({
    owner,
    relation,
    target,
    isThere: false,
    isBase: hasBaseLink(table, realms, owner, relation, target),
  })
  const managersOf = (owner: Reference): readonly Reference[] => {
    const rank = realms.user.population.rankOf(owner.id)
    const base = table.find(({ relation }) => relation === 'manager')
    const byFormula =
      rank === undefined || !base
        ? []
        : base.layer.list(rank, 0, 1).map(each => ({ kind: 'user' as const, id: realms.user.population.idOf(each) }))
    return [
      ...byFormula.filter(target => !truth.links.isRemoved(owner, 'manager', target)),
      ...truth.links.added(owner, 'manager'),
    ]
  }

  return (mutation, sequence, atMs, isReplayed) => {
    const { kind } = mutation
    const dated = (values: Fields, ms: number): Fields => (kind === 'user' ? datedLicences(values, ms) : values)
    const shown = (names: readonly string[]): readonly string[] => (kind === 'user' ? shownBy(names) : names)
    /** A deleted user without licences, which are kept for a restoration. */
    const freed = (before: Version): Fields => ({
      [freedLicences]: directOf(before),
      [directProperty]: [],
    })
    const log = (id: string, what: Change['what'], more: Partial<Change> = {}): Change => ({
      sequence,
      atMs,
      kind,
      id,
      what,
      ...more,
    })
    switch (mutation.do) {
      case 'create': {
        const given = mutation.values
        const id = typeof given['id'] === 'string' ? given['id'].toLowerCase() : ids.of(sequence)
        const values: { [property: string]: unknown } = { ...dated(given, atMs), id }
        const created = createdDates[kind]
        if (created !== undefined) values[created] ??= isoTimeOfMs(atMs)
        for (const property of Object.keys(realms[kind].population.keys))
          if (guidKeys[property] !== undefined && kind !== 'servicePrincipal')
            values[property] ??= otherIds.of(sequence)
        if (live(kind, id) || truth.bin(kind).version(id)) throw taken('id')
        if (!isReplayed) mayHold(kind, id, values)
        const version: Version = { id, rank: -1, record: records.add(values as Fields) }
        return {
          mutation: { do: 'create', kind, values },
          change: log(id, 'created', { properties: shown(Object.keys(values)) }),
          effects: [{ kind, id, rank: -1, live: version, bin: undefined }],
        }
      }
      case 'update': {
        const before = present(kind, mutation.id)
        const { id: _id, ...values } = dated(mutation.values, atMs)
        if (!isReplayed) mayHold(kind, before.id, values)
        const version: Version = { ...before, record: records.with(before.record, values) }
        return {
          mutation,
          change: log(before.id, 'updated', { properties: shown(Object.keys(values)) }),
          effects: [{ kind, id: before.id, rank: before.rank, live: version, bin: undefined }],
        }
      }
      case 'delete': {
        const before = present(kind, mutation.id)
        const deletedDateTime = isoTimeOfMs(atMs)
        const upn = kind === 'user' ? realms.user.look.value(before, 'userPrincipalName') : undefined
        const bin: Version | undefined =
          kept(kind, before) && mutation.permanent !== true
            ? {
                ...before,
                record: records.with(before.record, {
                  deletedDateTime,
                  ...(upn === undefined ? {} : { userPrincipalName: binnedUpn(before.id, upn), [heldUpn]: upn }),
                  ...(mutation.freesLicences === true ? freed(before) : {}),
                } as Fields),
              }
            : undefined
        return {
          mutation,
          change: log(before.id, 'deleted'),
          effects: [{ kind, id: before.id, rank: before.rank, live: undefined, bin }],
        }
      }
      case 'restore': {
        const before = truth.bin(kind).version(mutation.id.toLowerCase())
        if (!before) throw notFound(mutation.id)
        const upn = records.value(before.record, heldUpn)
        const kept = records.without(before.record, ['deletedDateTime', heldUpn, freedLicences])
        const version: Version = {
          ...before,
          record: records.with(kept, {
            ...(upn === undefined ? {} : { userPrincipalName: upn }),
            ...dated(mutation.values ?? {}, atMs),
          } as Fields),
        }
        // Unchanged keys are not in the record.
        const { look, population } = realms[kind]
        const held = Object.keys(population.keys).map(property => [property, look.value(version, property)])
        if (!isReplayed) mayHold(kind, before.id, Object.fromEntries(held) as Fields)
        return {
          mutation,
          change: log(before.id, 'restored'),
          effects: [{ kind, id: before.id, rank: before.rank, live: version, bin: undefined }],
        }
      }
      case 'purge': {
        const before = truth.bin(kind).version(mutation.id.toLowerCase())
        if (!before) throw notFound(mutation.id)
        return {
          mutation,
          change: log(before.id, 'purged'),
          effects: [{ kind, id: before.id, rank: before.rank, live: undefined, bin: undefined }],
        }
      }
      case 'link':
      case 'unlink': {
        const { id, relation } = mutation
        const target: Reference = { kind: mutation.target.kind, id: mutation.target.id.toLowerCase() }
        const owner: Reference = { kind, id: present(kind, id).id }
        if (!isLive(realms, truth, target)) throw notFound(target.id)
        const isBase = hasBaseLink(table, realms, owner, relation, target)
        const isThere =
          truth.links.isAdded(owner, relation, target) || (isBase && !truth.links.isRemoved(owner, relation, target))
        if (mutation.do === 'unlink' && !isThere) throw notFound(target.id)
        if (mutation.do === 'link' && isThere && relation !== 'manager')
          throw new GraphFault(
            400,
            'Request_BadRequest',
            `One or more added object references already exist for the following modified properties: '${relation}'.`,
          )
        const replaced =
          mutation.do === 'link' && relation === 'manager'
            ? managersOf(owner).map(manager => unlinked(owner, manager, relation))
            : []
        return {
          mutation,
          change: log(owner.id, mutation.do === 'link' ? 'linked' : 'unlinked', { relation, target }),
          effects: [...replaced, { owner, relation, target, isThere: mutation.do === 'link', isBase }],
        }
      }
      case 'assign': {
        const { family, of, within } = mutation
        const wanted = { family, principal: { kind, id: present(kind, mutation.id).id }, of, within }
        if (truth.assignments.find(wanted)) throw alreadyAssigned(family)
        const own = otherIds.of(sequence)
        const id = String(mutation.values?.['id'] ?? assignmentId(wanted, own))
        const values = { createdDateTime: isoTimeOfMs(atMs), ...mutation.values, id }
        return {
          mutation: { ...mutation, values },
          change: log(wanted.principal.id, 'assigned'),
          effects: [{ assignment: { ...wanted, id, values }, isThere: true }],
        }
      }
      case 'unassign': {
        const { family, of, within } = mutation
        const wanted = { family, principal: { kind, id: present(kind, mutation.id).id }, of, within }
        const assignment = truth.assignments.find(wanted)
        if (!assignment) throw notAssigned(family, of)
        return {
          mutation,
          change: log(wanted.principal.id, 'unassigned'),
          effects: [{ assignment, isThere: false }],
        }
      }
    }
  }
}
