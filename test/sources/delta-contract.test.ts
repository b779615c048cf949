import t from 'tap'
import type { DeltaCase } from '../../src/contracts/delta-source.ts'
import { sourceContract } from '../../src/contracts/source.ts'
import { isCode } from '../../src/core/errors.ts'
import type { Source } from '../../src/core/parts.ts'
import { delta } from '../../src/sources/delta.ts'
import { linkDelta } from '../../src/sources/link-delta.ts'
import { keeps } from '../contracts/keeps.ts'
import { sandboxGraph } from './sandbox-graph.ts'

const client = await sandboxGraph(t)

interface Listed {
  readonly id: string
  readonly [name: string]: unknown
}
const list = async (url: string): Promise<readonly Listed[]> =>
  (await client.request<{ value: readonly Listed[] }>({ method: 'GET', url })).body.value

/** What is not mastered elsewhere, and what Graph lets apps change. */
const isOurs: Readonly<Record<string, (object: Listed) => boolean>> = {
  '/users': ({ onPremisesSyncEnabled }) => onPremisesSyncEnabled !== true,
  '/groups': ({ mailEnabled, onPremisesSyncEnabled }) => mailEnabled === false && onPremisesSyncEnabled !== true,
  '/devices': ({ operatingSystem, onPremisesSyncEnabled }) =>
    operatingSystem === 'Windows' && onPremisesSyncEnabled !== true,
}
const ours = async (path: string): Promise<readonly Listed[]> =>
  (await list(`${path}?$top=999${facts[path] ?? ''}`)).filter(isOurs[path] ?? (() => true))
const facts: Readonly<Record<string, string>> = {
  '/users': '&$select=id,onPremisesSyncEnabled&$expand=manager($select=id)',
}

let times = 0
/** Gives two objects another name. */
const renamed = (path: string, property: string) => async (): Promise<readonly string[]> => {
  const some = (await ours(path)).slice(0, 2).map(({ id }) => id)
  times++
  for (const id of some)
    await client.request({ method: 'PATCH', url: `${path}/${id}`, body: { [property]: `Another ${times}` } })
  return some
}
const usersChanged = async (): Promise<readonly string[]> => {
  const changed = await renamed('/users', 'department')()
  for (const { id } of (await ours('/users')).toReversed())
    try {
      await client.request({ method: 'DELETE', url: `/users/${id}` })
      return [...changed, id]
    } catch (error) {
      // Apps may not delete administrators.
      if (!isCode(error, 'NOT_PERMITTED')) throw error
    }
  throw new Error('no user can be deleted')
}
const devicesSwitched = async (): Promise<readonly string[]> => {
  const some = (await ours('/devices')).slice(0, 2)
  for (const { id, accountEnabled } of some)
    await client.request({ method: 'PATCH', url: `/devices/${id}`, body: { accountEnabled: accountEnabled !== true } })
  return some.map(({ id }) => id)
}
const membersAdded = async (): Promise<readonly string[]> => {
  const { body: group } = await client.request<{ id: string }>({
    method: 'POST',
    url: '/groups',
    body: { displayName: 'New', mailEnabled: false, mailNickname: `new${++times}`, securityEnabled: true },
  })
  const some = await list('/users?$select=id&$top=2')
  for (const { id } of some)
    await client.request({
      method: 'POST',
      url: `/groups/${group.id}/members/$ref`,
      body: { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` },
    })
  return some.map(({ id }) => `${group.id}/${id}`)
}
const managersRemoved = async (): Promise<readonly string[]> => {
  const some = (await ours('/users')).filter(({ manager }) => manager !== undefined).slice(0, 2)
  for (const { id } of some) await client.request({ method: 'DELETE', url: `/users/${id}/manager/$ref` })
  return some.map(({ id, manager }) => `${id}/${(manager as Listed).id}`)
}

const untracked = (of: 'users' | 'groups', select: string) => () => delta({ of, select: ['id', select] })

// Small pages: a contract wants several.
const deltas: Readonly<Record<string, DeltaCase & { readonly make: () => Source<unknown> }>> = {
  users: {
    make: () => delta({ of: 'users', select: ['id', 'department', 'employeeOrgData/division'], top: 60 }),
    change: usersChanged,
    untracked: [
      untracked('users', 'signInActivity'),
      untracked('users', 'manager'),
      () => delta({ of: 'users', select: ['id'], filter: 'accountEnabled eq true' }),
    ],
  },
  groups: {
    make: () => delta({ of: 'groups', select: ['id', 'displayName'], top: 10 }),
    change: renamed('/groups', 'displayName'),
    untracked: [untracked('groups', 'isArchived'), untracked('groups', 'members')],
  },
  devices: {
    make: () => delta({ of: 'devices', select: ['id', 'displayName', 'accountEnabled'], top: 20 }),
    change: devicesSwitched,
  },
  applications: {
    make: () => delta({ of: 'applications', select: ['id', 'displayName'], top: 2 }),
    change: renamed('/applications', 'displayName'),
  },
  'service principals': {
    make: () => delta({ of: 'service-principals', select: ['id', 'displayName'], top: 2 }),
    change: renamed('/servicePrincipals', 'displayName'),
  },
  memberships: { make: () => linkDelta({ of: 'memberships', top: 10 }), change: membersAdded },
  managers: { make: () => linkDelta({ of: 'managers', top: 60 }), change: managersRemoved },
}

for (const [name, { make, ...changes }] of Object.entries(deltas))
  t.test(`a delta of ${name} keeps the contract of a source`, t =>
    keeps(t, sourceContract({ make, graph: client, delta: changes })),
  )
