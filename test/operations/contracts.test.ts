import t from 'tap'
import { operationContract, type OperationCase } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { operationContext } from '../../src/engine/changes/context.ts'
import { addMember } from '../../src/operations/add-member.ts'
import { addOwner } from '../../src/operations/add-owner.ts'
import { createUser } from '../../src/operations/create-user.ts'
import { deleteUser } from '../../src/operations/delete-user.ts'
import { disableUser } from '../../src/operations/disable-user.ts'
import { enableUser } from '../../src/operations/enable-user.ts'
import { purgeUser } from '../../src/operations/purge-user.ts'
import { removeMember } from '../../src/operations/remove-member.ts'
import { removeOwner } from '../../src/operations/remove-owner.ts'
import { restoreUser } from '../../src/operations/restore-user.ts'
import { updateUser } from '../../src/operations/update-user.ts'
import { keeps } from '../contracts/keeps.ts'
import { sandboxGraph } from '../sources/sandbox-graph.ts'

const nobody = '00000000-1111-2222-3333-444444444444'

t.test('every operation keeps the contract of an operation', async t => {
  const graph = await sandboxGraph(t)
  const context = () => operationContext(graph, AbortSignal.timeout(600_000))
  const list = async (path: string): Promise<readonly Values[]> =>
    (await graph.request<{ value: readonly Values[] }>({ method: 'GET', url: path })).body.value
  const users = await list('/users?$select=id,accountEnabled,onPremisesSyncEnabled,userPrincipalName&$top=100')
  const ids = (all: readonly Values[]): readonly string[] => all.map(({ id }) => String(id))
  const cloud = users.filter(user => user['onPremisesSyncEnabled'] !== true)
  const enabled = cloud.filter(user => user['accountEnabled'] === true)
  const disabled = cloud.filter(user => user['accountEnabled'] === false)
  const deleted = await list('/directory/deletedItems/microsoft.graph.user?$select=id')
  const domain = String(cloud[0]!['userPrincipalName']).split('@')[1]!
  const { body: group } = await graph.request<{ id: string }>({
    method: 'POST',
    url: '/groups',
    body: {
      displayName: 'Contract',
      mailEnabled: false,
      mailNickname: 'contract',
      securityEnabled: true,
      'members@odata.bind': ids(cloud)
        .slice(0, 3)
        .map(id => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`),
      'owners@odata.bind': ids(cloud)
        .slice(0, 3)
        .map(id => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`),
    },
  })
  const links = (from: number, to: number) =>
    ids(cloud)
      .slice(from, to)
      .map(member => ({ group: group.id, member }))
  const named = (all: readonly Values[]) => [...ids(all).slice(0, 2), nobody].map(user => ({ user }))
  const person = (at: number) => ({
    userPrincipalName: `contract${at}@${domain}`,
    displayName: `Contract ${at}`,
    passwordProfile: { password: `Long-enough-${at}` },
  })
  const cases = [
    [addMember, links(2, 8)],
    [addOwner, links(2, 8)],
    [removeMember, links(1, 5)],
    [removeOwner, links(1, 5)],
    [createUser, [person(1), { ...person(2), userPrincipalName: String(cloud[0]!['userPrincipalName']) }]],
    [
      updateUser,
      [
        { user: ids(cloud)[0]!, department: 'Contracts' },
        { user: nobody, department: 'Contracts' },
      ],
    ],
    [deleteUser, named(cloud)],
    [restoreUser, [...named(deleted), { user: ids(cloud)[0]! }]],
    [purgeUser, named(deleted)],
    [enableUser, [...named(disabled), { user: ids(enabled)[0]! }]],
    [disableUser, [...named(enabled), { user: ids(disabled)[0]! }]],
  ] as const
  for (const [operation, values] of cases)
    await t.test(operation.kind, async t =>
      keeps(t, operationContract({ operation, values, context } as unknown as OperationCase)),
    )
})
