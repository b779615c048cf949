import { systemClock } from '../../../src/core/clock.ts'
import { createDirectory } from '../../../src/sandbox/directory/create-directory.ts'
import type { Entity } from '../../../src/sandbox/directory/types.ts'
import type { Knobs } from '../../../src/sandbox/resources/knobs.ts'
import { asker, type AskOptions } from './ask.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }

const writer = [
  'Directory.Read.All',
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
  'Application.ReadWrite.All',
  'RoleManagement.Read.Directory',
]

/** A directory of 400 users with its journal in a folder of the test, and requests by an app that may write users. */
export const writeBed = (t: Test, { folder = t.testdir(), ...knobs }: Knobs & { readonly folder?: string } = {}) => {
  const directory = createDirectory({ users: 400, clock: systemClock, stateDir: folder })
  t.teardown(() => directory.close())
  const ask = asker(directory, { knobs })
  const send = (method: string, url: string, body?: object, options: AskOptions = {}) =>
    ask(url, {
      permissions: writer,
      ...options,
      method,
      ...(body === undefined ? {} : { body: JSON.parse(JSON.stringify(body)) as unknown }),
    })
  /** The first users for which a test holds. */
  const usersWhere = (where: (user: Entity) => boolean, limit = 1): readonly Entity[] => {
    const users = directory.collection('user')
    const { ids } = users.slice({ order: 'default', view: 'direct', where }, limit, ['id'])
    return ids.map(id => users.get(id)!)
  }
  /** Whether a user has no role, so that permissions are enough for sensitive changes. */
  const isPlain = ({ id }: Entity): boolean =>
    directory.transitiveMemberOf({ kind: 'user', id }).every(({ kind }) => kind !== 'directoryRole')
  const [cloud] = usersWhere(
    user => user['onPremisesSyncEnabled'] === null && user['userType'] === 'Member' && isPlain(user),
  )
  const [synced] = usersWhere(user => user['onPremisesSyncEnabled'] === true)
  return { directory, ask, send, folder, usersWhere, isPlain, cloud: cloud!, synced: synced! }
}

/** The least body of a new user. */
export const newUser = (more: Readonly<Record<string, unknown>> = {}) => ({
  accountEnabled: true,
  displayName: 'Adele Vance',
  mailNickname: 'AdeleV',
  userPrincipalName: 'AdeleV@contoso.com',
  passwordProfile: { forceChangePasswordNextSignIn: true, password: 'xWwvJ]6NMw+bWH-d' },
  ...more,
})

export const bad = (message: string, code = 'Request_BadRequest') => ({ status: 400, body: { code, message } })
export const denied = {
  status: 403,
  body: { code: 'Authorization_RequestDenied', message: 'Insufficient privileges to complete the operation.' },
}
