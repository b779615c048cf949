import type { Json } from '../../core/json.ts'
import { endOf } from './assignments.ts'
import { collectionsOf } from './collections.ts'
import { journalOf, sizesOf, type DirectoryOptions } from './directory-options.ts'
import { fillBins } from './first-bin.ts'
import { appRolesOf, ofResource, permissionGrantsOf } from './grants.ts'
import { keptState } from './kept-state.ts'
import { kinds } from './kinds.ts'
import { lastNames } from './last-names.ts'
import { ledger } from './ledger.ts'
import { attachLicences } from './licences/attach.ts'
import type { LicenceEntry } from './licences/create-desk.ts'
import { licenceProperties } from './licences/properties.ts'
import { isLive, linkReads } from './links.ts'
import { addValue, memoryOf } from './memory/memory.ts'
import { recordsOf } from './memory/records.ts'
import { createdIds, mutations } from './mutations.ts'
import { objectChanges } from './object-changes.ts'
import { objectTable } from './object-table.ts'
import { domainsOf, organizationOf, roleTemplateEntities, skusOf } from './organization.ts'
import { policiesOf, type PolicyEntry } from './policies.ts'
import { populate } from './populate.ts'
import { registeredApps } from './registered-apps.ts'
import { retention } from './retention.ts'
import { views, type State } from './state.ts'
import { randomOf } from '../server/random.ts'
import type { Assignment } from './assignment-types.ts'
import { keyOf, namesOf } from './tenant-names.ts'
import type { Author, Directory, Mutation, Reference, View } from './types.ts'
import { granting } from './role-links.ts'
import { assignmentTruths, linkTruths, objectTruths, truthOf } from './truth.ts'
import { schemaExtension, schemaExtensionMembers } from './user-columns.ts'

/** Some changes in the journal. Earlier versions wrote one change an entry, with the request's id only. */
interface JournalEntry {
  readonly at: number
  readonly by: Author | string
  readonly m: Mutation | readonly Mutation[]
}

/**
 * Creates a synthetic directory. Equal seeds and sizes give equal directories. Objects are computed on demand, and changes
 * are an overlay. Memory grows with the changes, not with the users. Creation takes milliseconds, plus the time to load the
 * snapshot and to replay what the journal has more.
 *
 * @throws EntrapipeError `OPTION_INVALID`, `SANDBOX_UNAVAILABLE` when the journal cannot be used
 */
export const createDirectory = (options: DirectoryOptions): Directory => {
  const { clock, seed = 1, keptChanges = 500_000, snapshotEvery = 50_000 } = options
  const { users, groups } = sizesOf(options)
  const key = keyOf(options)
  const tenant = namesOf(options)
  const registered = registeredApps(tenant.tenantId, options.roles)
  const memory = memoryOf()
  const records = recordsOf(memory)
  const objects = objectTable(memory)
  const own = { memory, records, objects }
  const { realms, table, licence, directoryExtension, grants, eligibilities } = populate({
    ...sizesOf(options),
    key,
    tenant,
    registered,
    licenceSettings: options.licences,
    ...own,
  })
  const organization = organizationOf(tenant)

  let offsetMs = 0
  addValue(
    memory,
    'clock',
    () => offsetMs,
    saved => (offsetMs = saved),
  )
  const now = (): number => clock.now() + offsetMs
  const seen = views({ realms, ...own, now, random: randomOf(seed, 'lag') })
  for (const assignment of [...appRolesOf(grants), ...eligibilities]) seen.assignments.fill(assignment)
  const binned = fillBins(seen.fill, users, groups, key, tenant, directoryExtension, records)
  const dateOf = ({ kind, id }: Reference): unknown =>
    records.value(seen.truth.bin(kind).version(id)?.record ?? 0, 'deletedDateTime')
  const deletions = retention(memory, dateOf, binned)
  const history = ledger(keptChanges, memory, objects)
  const resolve = mutations({ realms, table, truth: seen.truth, records, key, directOf: licence.reader.direct })
  const ids = createdIds(key)
  const names = lastNames(realms, seen.truth, memory, records, objects)
  const reads = linkReads({ table, realms, stateOf: seen.of })
  const commit = (given: readonly Mutation[], by: Author, atMs: number, isReplayed = false) => {
    const first = history.sequence + 1
    const made: { readonly resolved: ReturnType<typeof resolve>; readonly undo: () => void; count(): void }[] = []
    try {
      for (const mutation of given) {
        const resolved = resolve(mutation, first + made.length, atMs, isReplayed)
        names.note(resolved.effects)
        const count = licensing.change(resolved.effects, by, atMs)
        made.push({ resolved, count, undo: seen.apply(resolved.effects, resolved.change.sequence) })
      }
      if (made.length > 0 && !isReplayed)
        kept?.append({ n: first, at: atMs, by, m: made.map(({ resolved }) => resolved.mutation) } as unknown as Json)
    } catch (error) {
      for (const { undo } of made.reverse()) undo()
      throw error
    }
    for (const { resolved, count } of made) {
      count()
      seen.show(resolved.change.sequence, atMs)
      history.add(resolved.change, by)
      if (resolved.mutation.do === 'delete') deletions.add(resolved.change)
    }
    if (!isReplayed) kept?.settle()
    return made.map(({ resolved }) => resolved.change)
  }
  const licensing = attachLicences({
    ...licence,
    realms,
    table,
    truth: seen.truth,
    records,
    reads,
    country: organization['countryLetterCode'],
    now,
    note: entry => kept?.append(entry as unknown as Json),
    settle: () => kept?.settle(),
    changed(id, atMs, by) {
      const sequence = history.sequence + 1
      seen.show(sequence, atMs)
      history.add({ sequence, atMs, kind: 'user', id, what: 'updated', properties: licenceProperties }, by)
    },
    update: (id, values, by, atMs) => void commit([{ do: 'update', kind: 'user', id, values }], by, atMs, true),
  })
  const tenantPolicies = policiesOf(memory, entry => kept?.append(entry as unknown as Json))
  const replay = (entry: Json): void => {
    const found = entry as unknown as { readonly clockMs: number } | LicenceEntry | PolicyEntry | JournalEntry
    if ('clockMs' in found) offsetMs = found.clockMs
    else if ('policy' in found) tenantPolicies.replay(found)
    else if (!('m' in found)) licensing.replay(found)
    else commit([found.m].flat(), typeof found.by === 'string' ? { request: found.by } : found.by, found.at, true)
  }
  const { path, header } = journalOf(options)
  const kept =
    path === undefined
      ? undefined
      : keptState({
          path,
          header,
          memory,
          replay,
          every: snapshotEvery,
          sequence: () => history.sequence + licence.holdings.revision,
        })
  seen.prepare()
  kept?.settle()

  /** Purges what has been in the bin for 30 days. */
  const expire = (): void => {
    for (const { kind, id } of deletions.expired(now(), offsetMs))
      commit([{ do: 'purge', kind, id }], { request: 'retention' }, now())
    for (const { principal, ...rest } of seen.assignments.ended(now())) {
      if (!isLive(realms, seen.truth, principal)) continue
      const { family, of, within } = rest
      const { kind, id } = principal
      const over = { do: 'unassign', kind, id, family, of, within } as const
      const then = family === 'laterRoles' ? begunRole(principal, rest) : unlinkedRole(principal, rest)
      commit([over, ...then], { request: 'expiry' }, now())
    }
  }

  const { live, bin } = collectionsOf(realms, records, seen.of, () => licence.holdings.revision)
  const locate = (id: string, view: View = 'direct') =>
    kinds.map(kind => ({ kind, id: id.toLowerCase() })).find(reference => isLive(realms, seen.of(view), reference))
  const changesOf = objectChanges(history, seen.links.lastChange)
  /** The change that takes an active role away whose time is over. */
  const unlinkedRole = (target: Reference, { family, of: template, within }: Omit<Assignment, 'principal'>) => {
    const role =
      family === 'roles' && within === '/' ? live('directoryRole').find('roleTemplateId', template, 'truth') : undefined
    if (!role || !reads.isRelated('directoryRole', role.id, 'members', target, 'truth')) return []
    return [{ do: 'unlink', kind: 'directoryRole', id: role.id, relation: 'members', target }] as const
  }
  const freshId = (): string => ids.of(history.sequence + 1)
  /** The changes that begin an active role whose time has come. A principal that has it already keeps it as it is. */
  const begunRole = (principal: Reference, { of: role, within: scope, values }: Omit<Assignment, 'principal'>) => {
    const has = live('directoryRole').find('roleTemplateId', role, 'truth')
    const isThere =
      scope === '/'
        ? has !== undefined && reads.isRelated('directoryRole', has.id, 'members', principal, 'truth')
        : seen.truth.assignments.find({ family: 'roles', principal, of: role, within: scope }) !== undefined
    const fresh = { collection: live, directoryRoleTemplates: roleTemplateEntities, freshId }
    return isThere ? [] : granting(fresh, { role, principal, scope }, values)
  }
  /** Whether the principal of an assignment, and the resource of an app role, exist. */
  const isAssigned = (assignment: Assignment, state: State): boolean =>
    isLive(realms, state, assignment.principal) &&
    endOf(assignment) > now() &&
    (!ofResource.has(assignment.family) || isLive(realms, state, { kind: 'servicePrincipal', id: assignment.of }))
  /** The current name of an object; undefined if it was deleted. */
  const nameOf = (reference: Reference): unknown =>
    isLive(realms, seen.truth, reference) ? live(reference.kind).get(reference.id)?.['displayName'] : undefined
  let skus: { revision: number; entities: Directory['subscribedSkus'] } | undefined
  let consents: { sequence: number; entities: Directory['oauth2PermissionGrants'] } | undefined

  return {
    tenantId: tenant.tenantId,
    domain: tenant.domain,
    seed,
    get generation() {
      return history.sequence
    },
    now,
    collection: live,
    deleted(kind) {
      expire()
      return bin(kind)
    },
    locate,
    ...reads,
    extensions: [
      { kind: 'user', name: directoryExtension, type: 'String', source: 'directory' },
      { kind: 'user', name: schemaExtension, type: 'Complex', members: schemaExtensionMembers, source: 'schema' },
    ],
    licences: licensing.desk,
    policies: tenantPolicies.policies,
    organization,
    domains: domainsOf(tenant),
    get subscribedSkus() {
      // Units of users in the bin are freed after 30 days.
      expire()
      const { revision } = licence.seats
      if (skus?.revision !== revision) skus = { revision, entities: skusOf(tenant, licensing.desk.skus) }
      return skus.entities
    },
    directoryRoleTemplates: roleTemplateEntities,
    assignments(wanted, view = 'direct') {
      expire()
      const state = seen.of(view)
      return state.assignments.list(wanted).filter(each => isAssigned(each, state))
    },
    assignment(of, view = 'direct') {
      expire()
      const state = seen.of(view)
      const found = state.assignments.find(of)
      return found && isAssigned(found, state) ? found : undefined
    },
    get oauth2PermissionGrants() {
      if (consents?.sequence !== history.sequence)
        consents = { sequence: history.sequence, entities: permissionGrantsOf(grants, seen.truth.assignments, nameOf) }
      return consents.entities
    },
    shown: seen.shown,
    get lagBound() {
      return seen.lagBound()
    },
    changes: history.after,
    firstChanges: history.firstAfter,
    changesOf: (id, after, until) => changesOf(id.toLowerCase(), after, until),
    purges: history.purgesAfter,
    freshId,
    commit(given, by) {
      expire()
      return commit(given, by, now())
    },
    setLag: seen.setLag,
    moveClock(ms) {
      offsetMs += ms
      kept?.append({ clockMs: offsetMs })
      expire()
    },
    truthOf: kind => objectTruths(history, kind, names.of),
    linkTruth: (kind, id, relation) => {
      const owner: Reference = { kind, id: id.toLowerCase() }
      return linkTruths(
        history,
        side => seen.links.history(owner, relation, side),
        target => reads.isRelated(kind, owner.id, relation, target, 'truth'),
      )
    },
    assignmentTruth: (family, of) =>
      assignmentTruths(history, seen.assignments.history(family, of), each => {
        const there = seen.truth.assignments.find(each)
        return there !== undefined && isAssigned(there, seen.truth)
      }),
    truth(id) {
      const found = id.toLowerCase()
      for (const kind of kinds) {
        const { look, population } = realms[kind]
        const version = seen.truth.live(kind).version(found)
        const bin = seen.truth.bin(kind).version(found)
        const rank = population.rankOf(found)
        const isThere = rank !== undefined && !seen.truth.live(kind).isMasked(rank)
        if (!version && !bin && rank === undefined && history.kindOf(found) !== kind) continue
        return truthOf(
          { kind, id: found },
          history,
          version ? look.entity(version) : isThere ? look.entity({ id: found, rank, record: 0 }) : undefined,
          bin && look.entity(bin),
        )
      }
      return undefined
    },
    close: () => kept?.close(),
  }
}
