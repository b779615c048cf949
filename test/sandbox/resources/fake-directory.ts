import { isIn, keyOf } from '../../../src/odata/key-spans.ts'
import { compareValues } from '../../../src/odata/parse-orderby.ts'
import type {
  Change,
  Collection,
  Cursor,
  Directory,
  Entity,
  Kind,
  Mutation,
  Query,
  Reference,
  Relation,
  View,
} from '../../../src/sandbox/directory/types.ts'
import { GraphFault } from '../../../src/sandbox/protocol.ts'

/** A directory of a few objects in memory, for exact assertions. Order `default` is the order of creation. */
interface FakeDirectory extends Directory {
  add(kind: Kind, values: Readonly<Record<string, unknown>>): Entity
  link(kind: Kind, id: string, relation: Relation, target: Reference): void
  /** Objects that a view does not show. */
  hide(view: View, id: string): void
  show(view: View, id: string): void
  forgetChanges(): void
}

const names: Readonly<Record<Kind, readonly string[]>> = {
  user: [
    'id', 'deletedDateTime', 'accountEnabled', 'assignedLicenses', 'businessPhones', 'companyName', 'createdDateTime',
    'department', 'displayName', 'givenName', 'identities', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation',
    'onPremisesExtensionAttributes', 'otherMails', 'preferredLanguage', 'proxyAddresses', 'signInActivity', 'surname',
    'userPrincipalName', 'userType', 'extension_0123456789abcdef0123456789abcdef_costCenter',
  ],
  group: [
    'id', 'deletedDateTime', 'createdDateTime', 'description', 'displayName', 'groupTypes', 'mail', 'mailEnabled',
    'mailNickname', 'securityEnabled', 'uniqueName', 'visibility',
  ],
  device: ['id', 'deletedDateTime', 'accountEnabled', 'deviceId', 'displayName', 'operatingSystem'],
  application: ['id', 'deletedDateTime', 'appId', 'displayName', 'uniqueName'],
  servicePrincipal: ['id', 'deletedDateTime', 'appId', 'displayName'],
  orgContact: ['id', 'deletedDateTime', 'displayName', 'mail'],
  administrativeUnit: ['id', 'deletedDateTime', 'displayName', 'description'],
  directoryRole: ['id', 'deletedDateTime', 'description', 'displayName', 'roleTemplateId'],
} // prettier-ignore

const empties = new Set([
  'assignedLicenses',
  'businessPhones',
  'otherMails',
  'proxyAddresses',
  'groupTypes',
  'identities',
])

export const guid = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

export const createFakeDirectory = ({ now = () => 0, sliceLimit = Number.MAX_SAFE_INTEGER } = {}): FakeDirectory => {
  const live = new Map<string, { kind: Kind; entity: Entity }>()
  const bin = new Map<string, { kind: Kind; entity: Entity }>()
  const links = new Map<string, Reference[]>()
  const hidden: Record<View, Set<string>> = { direct: new Set(), index: new Set(), truth: new Set() }
  const changes: Change[] = []
  let kept = 0
  let offset = 0
  let made = 0
  const key = (kind: Kind, id: string, relation: Relation) => `${kind}/${id}/${relation}`
  const seen = (id: string, view: View = 'direct') => !hidden[view].has(id)

  const record = (change: Omit<Change, 'sequence' | 'atMs'>): Change => {
    const whole = { sequence: changes.length + 1, atMs: directory.now(), ...change }
    changes.push(whole)
    return whole
  }

  const collectionOf = (kind: Kind, store: typeof live): Collection => {
    const all = (query: Query): Entity[] => {
      const { within } = query
      const found = [...store.values()]
        .filter(one => one.kind === kind && seen(one.entity.id, query.view))
        .map(({ entity }) => entity)
        .filter(one => !within || isIn(within.spans, keyOf(one[within.property])))
      if (query.order === 'default') return found
      const sign = query.descending ? -1 : 1
      return found.sort((a, b) => compareValues(a[query.order], b[query.order]) * sign)
    }
    const json = (entity: Entity, select: readonly string[]) =>
      JSON.stringify(
        Object.fromEntries(
          select
            .filter(name => !name.startsWith('extension_') || (entity[name] ?? null) !== null)
            .map(name => [name, entity[name] ?? null]),
        ),
      )
    const get = (id: string, view?: View) => {
      const found = store.get(id)
      return found?.kind === kind && seen(id, view) ? found.entity : undefined
    }
    return {
      kind,
      properties: names[kind],
      count: query => all(query).filter(one => query.where?.(one) ?? true).length,
      slice(query, limit, select, from) {
        const at = Number(from?.['at'] ?? 0)
        const rows = all(query)
        const window = rows.slice(at, at + Math.min(sliceLimit, query.where ? rows.length : limit))
        const taken: Entity[] = []
        let end = at
        for (const one of window) {
          if (taken.length === limit) break
          end++
          if (query.where?.(one) ?? true) taken.push(one)
        }
        const cursor: Cursor | undefined = end < rows.length ? { at: end } : undefined
        return { json: taken.map(one => json(one, select)), ids: taken.map(({ id }) => id), cursor }
      },
      fast: property => ['userPrincipalName', 'displayName', 'createdDateTime'].includes(property),
      get,
      find: (property, value, view) =>
        [...store.values()].find(
          one =>
            one.kind === kind &&
            seen(one.entity.id, view) &&
            String(one.entity[property]).toLowerCase() === value.toLowerCase(),
        )?.entity,
      hidden: (id, property, view) => get(id, view)?.[property],
      json,
      jsonOf(id, select, view) {
        const entity = get(id, view)
        return entity && json(entity, select)
      },
      matches(id, where, view) {
        const entity = get(id, view)
        return entity !== undefined && where(entity)
      },
    }
  }

  const parents = (target: Reference): Reference[] =>
    [...links].flatMap(([from, targets]) => {
      const [kind, id, relation] = from.split('/') as [Kind, string, Relation]
      return relation === 'members' && targets.some(one => one.id === target.id) ? { kind, id } : []
    })

  const closure = (start: Reference[], next: (reference: Reference) => Reference[]): Reference[] => {
    const found = new Map<string, Reference>()
    const queue = [...start]
    for (let one = queue.shift(); one; one = queue.shift()) {
      if (found.has(one.id)) continue
      found.set(one.id, one)
      queue.push(...next(one))
    }
    return [...found.values()]
  }

  const targets = (kind: Kind, id: string, relation: Relation) =>
    (links.get(key(kind, id, relation)) ?? []).filter(one => live.has(one.id))

  const ownersOf = (target: Reference, relation: Relation): Reference[] =>
    [...links].flatMap(([from, all]) => {
      const [kind, id, name] = from.split('/') as [Kind, string, Relation]
      return name === relation && all.some(one => one.id === target.id) ? { kind, id } : []
    })

  const perform = (mutation: Mutation): Change => {
    switch (mutation.do) {
      case 'create': {
        const entity = whole(mutation.kind, mutation.values, ++made)
        live.set(entity.id, { kind: mutation.kind, entity })
        return record({ kind: mutation.kind, id: entity.id, what: 'created' })
      }
      case 'update': {
        const found = live.get(mutation.id)
        if (!found) throw new GraphFault(404, 'Request_ResourceNotFound', mutation.id)
        live.set(mutation.id, { ...found, entity: { ...found.entity, ...mutation.values } })
        return record({ ...mutation, what: 'updated', properties: Object.keys(mutation.values) })
      }
      case 'delete': {
        const found = live.get(mutation.id)!
        live.delete(mutation.id)
        bin.set(mutation.id, { ...found, entity: { ...found.entity, deletedDateTime: '2026-01-01T00:00:00Z' } })
        return record({ kind: mutation.kind, id: mutation.id, what: 'deleted' })
      }
      case 'restore': {
        const found = bin.get(mutation.id)!
        bin.delete(mutation.id)
        live.set(mutation.id, { ...found, entity: { ...found.entity, deletedDateTime: null } })
        return record({ kind: mutation.kind, id: mutation.id, what: 'restored' })
      }
      case 'purge':
        bin.delete(mutation.id)
        live.delete(mutation.id)
        return record({ kind: mutation.kind, id: mutation.id, what: 'purged' })
      case 'assign':
      case 'unassign':
        throw new Error('The fake directory has no assignments of roles')
      default: {
        const { kind, id, relation, target } = mutation
        const all = links.get(key(kind, id, relation)) ?? []
        links.set(
          key(kind, id, relation),
          mutation.do === 'link' ? [...all, target] : all.filter(one => one.id !== target.id),
        )
        return record({ kind, id, relation, target, what: mutation.do === 'link' ? 'linked' : 'unlinked' })
      }
    }
  }

  const directory: FakeDirectory = {
    tenantId: guid(999),
    domain: 'contoso.com',
    seed: 1,
    get generation() {
      return changes.length
    },
    now: () => now() + offset,
    collection: kind => collectionOf(kind, live),
    deleted: kind => collectionOf(kind, bin),
    locate(id, view) {
      const found = live.get(id)
      return found && seen(id, view) ? { kind: found.kind, id } : undefined
    },
    related(kind, id, relation, limit, from = 0) {
      const all = targets(kind, id, relation)
      const cursor = from + limit < all.length ? from + limit : undefined
      return { references: all.slice(from, from + limit), cursor }
    },
    countRelated: (kind, id, relation, only) =>
      targets(kind, id, relation).filter(one => only === undefined || one.kind === only).length,
    isRelated: (kind, id, relation, target) => targets(kind, id, relation).some(one => one.id === target.id),
    keepsLink: ({ kind, id }, relation, target) => targets(kind, id, relation).some(one => one.id === target.id),
    lastOwners: ownersOf,
    relating: ownersOf,
    memberOf: parents,
    transitiveMembers(id, _view, seen = () => true) {
      const next = (one: Reference) => (one.kind === 'group' && seen(one) ? targets('group', one.id, 'members') : [])
      return closure(next({ kind: 'group', id }), next)
    },
    transitiveMemberOf(target, _view, seen = () => true) {
      const next = (one: Reference) => parents(one).filter(seen)
      return closure(next(target), next)
    },
    extensions: [],
    licences: fakeLicences,
    policies: { get: () => undefined, set() {} },
    organization: { id: guid(999), displayName: 'Contoso', countryLetterCode: 'US' },
    domains: [
      { id: 'contoso.com', isDefault: true, isVerified: true },
      { id: 'contoso.onmicrosoft.com', isDefault: false, isVerified: true },
    ],
    subscribedSkus: [
      {
        id: `${guid(999)}_${guid(700)}`,
        skuId: guid(700),
        skuPartNumber: 'SPE_E3',
        consumedUnits: 1,
        servicePlans: [
          { servicePlanId: guid(701), servicePlanName: 'EXCHANGE', provisioningStatus: 'Success', appliesTo: 'User' },
          { servicePlanId: guid(702), servicePlanName: 'TEAMS', provisioningStatus: 'Success', appliesTo: 'User' },
        ],
      },
    ],
    directoryRoleTemplates: [
      { id: '62e90394-69f5-4237-9190-012177145e10', displayName: 'Global Administrator', description: 'All' },
      { id: '88d8e3e3-8f55-4a1e-953a-9b9898b8876b', displayName: 'Directory Readers', description: 'Reads' },
    ],
    assignments: () => [],
    assignment: () => undefined,
    oauth2PermissionGrants: [],
    changes: after => (after < kept ? undefined : changes.filter(({ sequence }) => sequence > after)),
    firstChanges: (after, from, limit) =>
      after < kept
        ? undefined
        : changes
            .filter(({ sequence, id }) => sequence === directory.changesOf(id, after, Infinity).first)
            .filter(({ sequence }) => sequence >= from)
            .slice(0, limit),
    changesOf(id, after, until) {
      const all = changes.filter(each => each.id === id && each.sequence > after && each.sequence <= until)
      const [links, own] = [all.filter(({ target }) => target), all.filter(({ target }) => !target)]
      const key = ({ relation, target }: Change): string => `${relation}/${target?.id}`
      return {
        first: all[0]?.sequence,
        last: own.at(-1)?.what,
        isNew: own.some(({ what }) => what === 'created' || what === 'restored'),
        properties: new Set(own.flatMap(({ properties = [] }) => properties)),
        links: from =>
          links.filter(
            (each, at) => each.sequence >= from && !links.slice(at + 1).some(other => key(other) === key(each)),
          ),
      }
    },
    purges: after => changes.filter(({ what, sequence }) => what === 'purged' && sequence > after),
    freshId: () => guid(made + 1),
    commit: mutations => mutations.map(perform),
    shown: view => (changes.find(({ id }) => hidden[view].has(id))?.sequence ?? changes.length + 1) - 1,
    lagBound: 0,
    setLag() {},
    moveClock(ms) {
      offset += ms
    },
    truth: () => undefined,
    truthOf: () => [],
    linkTruth: () => [],
    assignmentTruth: () => [],
    close() {},
    add(kind, values) {
      const entity = whole(kind, values, ++made)
      live.set(entity.id, { kind, entity })
      return entity
    },
    link(kind, id, relation, target) {
      links.set(key(kind, id, relation), [...(links.get(key(kind, id, relation)) ?? []), target])
    },
    hide: (view, id) => void hidden[view].add(id),
    show: (view, id) => void hidden[view].delete(id),
    forgetChanges() {
      kept = changes.length
    },
  }
  return directory
}

/** Nothing of group-based licensing. */
const fakeLicences: Directory['licences'] = {
  skus: [],
  sku: () => undefined,
  free: () => 0,
  states: () => [],
  buy: () => undefined,
  work: () => false,
  reprocess() {},
  withErrors: () => ({ ids: [], next: undefined }),
  truth: () => [],
}

const whole = (kind: Kind, values: Readonly<Record<string, unknown>>, n: number): Entity => ({
  ...Object.fromEntries(names[kind].map(name => [name, empties.has(name) ? [] : null])),
  id: guid(n),
  ...values,
})
