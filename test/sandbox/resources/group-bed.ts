import type { DirectoryOptions } from '../../../src/sandbox/directory/directory-options.ts'
import type { Entity, Kind, Relation } from '../../../src/sandbox/directory/types.ts'
import type { Knobs } from '../../../src/sandbox/resources/knobs.ts'
import { handClock, small } from '../directory/fixture.ts'
import { asker, type Asked, type AskOptions } from './ask.ts'

const writer = [
  'Directory.Read.All',
  'Group.ReadWrite.All',
  'Device.ReadWrite.All',
  'Application.ReadWrite.All',
  'OrgContact.Read.All',
  'RoleManagement.ReadWrite.Directory',
]

/** A directory of 700 users and 120 groups of every type, and requests that may write all groups. */
export const groupBed = ({ knobs, ...options }: Partial<DirectoryOptions> & { readonly knobs?: Knobs } = {}) => {
  const clock = handClock()
  const directory = small({ clock, ...options })
  const ask = asker(directory, knobs ? { knobs } : {})
  const all = (kind: Kind, where: (entity: Entity) => boolean = () => true, limit = 999): readonly string[] =>
    directory.collection(kind).slice({ order: 'default', view: 'direct', where }, limit, ['id']).ids
  const group = (where: (group: Entity) => boolean): string => {
    const [id] = all('group', where, 1)
    if (id === undefined) throw new Error('Expected the directory to have such a group')
    return id
  }
  const isPlain = (one: Entity): boolean =>
    one['securityEnabled'] === true &&
    one['mailEnabled'] === false &&
    one['onPremisesSyncEnabled'] === null &&
    one['isAssignableToRole'] === null &&
    (one['assignedLicenses'] as readonly unknown[]).length === 0 &&
    (one['groupTypes'] as readonly unknown[]).length === 0
  const has = (one: Entity, type: string): boolean => (one['groupTypes'] as readonly string[]).includes(type)
  const types = {
    security: group(isPlain),
    microsoft365: group(one => has(one, 'Unified') && !has(one, 'DynamicMembership')),
    dynamic: group(one => has(one, 'DynamicMembership')),
    role: group(one => one['isAssignableToRole'] === true),
    synced: group(one => one['onPremisesSyncEnabled'] === true),
    licensed: group(one => (one['assignedLicenses'] as readonly unknown[]).length > 0),
    mailSecurity: group(one => one['mailEnabled'] === true && one['securityEnabled'] === true && !has(one, 'Unified')),
    distribution: group(one => one['mailEnabled'] === true && one['securityEnabled'] === false && !has(one, 'Unified')),
  }
  const related = (id: string, relation: Relation): readonly string[] =>
    directory.related('group', id, relation, 9_999).references.map(reference => reference.id)
  /** Ids of a kind that are not in a relation of a group. */
  const outside = (
    id: string,
    count: number,
    relation: Relation = 'members',
    kind: Kind = 'user',
  ): readonly string[] => {
    const inside = new Set(related(id, relation))
    return all(kind, one => !inside.has(one.id) && one.id !== id, count)
  }
  const send = (method: string, url: string, body?: unknown, more: AskOptions = {}): Promise<Asked> =>
    ask(url, { method, body: asSent(body), permissions: writer, ...more })
  const address = (id: string, set = 'directoryObjects'): string => `https://graph.microsoft.com/v1.0/${set}/${id}`
  const bind = (ids: readonly string[], relation = 'members') => ({
    [`${relation}@odata.bind`]: ids.map(id => address(id)),
  })
  return { directory, clock, ask, all, types, related, outside, send, address, bind, writer }
}

const asSent = (body: unknown): unknown => (body === undefined ? undefined : JSON.parse(JSON.stringify(body)))

/** A refusal, without the headers. */
export const refusal = ({ status, body }: Asked) => ({ status, ...body })
