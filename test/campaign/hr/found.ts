import { inBin, type Account } from '../../cli/hr-feed/expected.ts'
import type { Directory, Entity } from '../../../src/sandbox/directory/types.ts'

/** Objects read at once. */
const atOnce = 2_000

const everyOne = function* (collection: ReturnType<Directory['collection']>): Generator<Entity> {
  const query = {
    order: 'default',
    view: 'truth',
    where: (entity: Entity) => entity['companyName'] === 'Nordlys',
  } as const
  let cursor: Parameters<typeof collection.slice>[3]
  do {
    const slice = collection.slice(query, atOnce, collection.properties, cursor)
    for (const text of slice.json) yield JSON.parse(text) as Entity
    ;({ cursor } = slice)
  } while (cursor !== undefined)
}

/** Groups of the company by their ids. */
export const teamsIn = (directory: Directory): ReadonlyMap<string, string> =>
  new Map(
    [...directory.truthOf('group')].flatMap(({ id, displayName }) =>
      displayName?.startsWith('Nordlys ') ? [[id, displayName] as const] : [],
    ),
  )

/** An account with its id. */
export interface Found extends Account {
  readonly id: string
}

/** The accounts of the company by the truth of the directory, live and in the bin, in the order of their employee ids. */
export const foundIn = (directory: Directory): readonly Found[] => {
  const live = [...everyOne(directory.collection('user'))]
  const keys = new Map(live.map(({ id, employeeId }) => [id, String(employeeId)]))
  const teams = [...teamsIn(directory)]
  const accountOf = (user: Entity): Found => {
    const [manager] = directory.related('user', user.id, 'manager', 1, 0, 'truth').references
    const isIn = ([group]: readonly [string, string]): boolean =>
      directory.isRelated('group', group, 'members', { kind: 'user', id: user.id }, 'truth')
    return {
      id: user.id,
      employeeId: String(user['employeeId']),
      name: String(user['displayName']),
      upn: String(user['userPrincipalName']),
      department: String(user['department']),
      enabled: user['accountEnabled'] === true,
      inBin: false,
      manager: manager && keys.get(manager.id),
      team:
        teams
          .filter(isIn)
          .map(([, name]) => name)
          .join(' and ') || undefined,
    }
  }
  const gone = [...everyOne(directory.deleted('user'))]
  return [
    ...live.map(accountOf),
    ...gone.map(({ id, employeeId }) => ({ ...inBin, id, employeeId: String(employeeId) })),
  ].toSorted((one, other) => (one.employeeId < other.employeeId ? -1 : one.employeeId > other.employeeId ? 1 : 0))
}
