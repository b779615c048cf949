import t from 'tap'
import { operationContract, type OperationCase } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { createGroup } from '../../src/operations/create-group.ts'
import { createUser } from '../../src/operations/create-user.ts'
import { deleteGroup } from '../../src/operations/delete-group.ts'
import { deleteUser } from '../../src/operations/delete-user.ts'
import { disableUser } from '../../src/operations/disable-user.ts'
import { enableUser } from '../../src/operations/enable-user.ts'
import { purgeUser } from '../../src/operations/purge-user.ts'
import { restoreGroup } from '../../src/operations/restore-group.ts'
import { restoreUser } from '../../src/operations/restore-user.ts'
import { updateGroup } from '../../src/operations/update-group.ts'
import { updateUser } from '../../src/operations/update-user.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { operationBed, operations } from './operation-bed.ts'

t.test('every operation on users and groups keeps the contract of an operation', async t => {
  const bed = await operationBed(t)
  const users = await bed.list<Values & { id: string }>(
    '/users?$select=id,accountEnabled,onPremisesSyncEnabled,userPrincipalName&$top=100',
  )
  const cloud = users.filter(user => user['onPremisesSyncEnabled'] !== true)
  const enabled = cloud.filter(user => user['accountEnabled'] === true)
  const disabled = cloud.filter(user => user['accountEnabled'] === false)
  const deleted = await bed.list('/directory/deletedItems/microsoft.graph.user?$select=id&$top=999')
  const deletedGroups: { readonly id: string }[] = []
  for (const at of [1, 2]) {
    const { body } = await bed.send({
      method: 'POST',
      url: '/groups',
      body: { displayName: `Gone ${at}`, mailEnabled: false, securityEnabled: true, mailNickname: `gone${at}` },
    })
    const { id } = body as { readonly id: string }
    await bed.send({ method: 'DELETE', url: `/groups/${id}` })
    deletedGroups.push({ id })
  }
  const groups = (
    await bed.list<Values & { id: string }>(
      '/groups?$select=id,displayName,mailEnabled,onPremisesSyncEnabled,groupTypes,assignedLicenses&$top=100',
    )
  ).filter(group => group['onPremisesSyncEnabled'] !== true && group['mailEnabled'] === false)
  const domain = String(cloud[0]!['userPrincipalName']).split('@')[1]!
  const usersOf = (all: readonly { readonly id: string }[], of = 'user') =>
    [...all.slice(0, 2).map(({ id }) => id), nobody].map(id => ({ [of]: id }))
  const person = (at: number) => ({
    userPrincipalName: `contract${at}@${domain}`,
    displayName: `Contract ${at}`,
    passwordProfile: { password: `Long-enough-${at}` },
  })
  const noName = [{}, { user: ' ' }, { user: nobody, colour: 'red' }]
  const noGroup = [{}, { group: '' }, { group: nobody, colour: 'red' }]
  const cases: readonly (readonly [unknown, readonly Values[], readonly Values[]])[] = [
    [
      createUser,
      [person(1), { ...person(2), userPrincipalName: String(cloud[0]!['userPrincipalName']) }, person(3)],
      [
        {},
        { ...person(4), userPrincipalName: 'jürgen@contoso.com' },
        { ...person(4), displayName: 'x'.repeat(257) },
        { ...person(4), passwordProfile: 'short' },
        { ...person(4), passwordProfile: ' Long-enough-4' },
        { ...person(4), usageLocation: 'Germany' },
        { ...person(4), accountEnabled: 'yes' },
        { ...person(4), createdDateTime: '2026-01-01T00:00:00Z' },
        { ...person(4), departement: 'Sales' },
        { ...person(4), employeeHireDate: '1.2.2026' },
      ],
    ],
    [
      updateUser,
      [
        { user: cloud[0]!.id, department: 'Contracts' },
        { user: cloud[1]!.id, extensionAttribute3: 'x' },
        { user: nobody, city: 'Rome' },
      ],
      [
        ...noName,
        { user: nobody, displayName: null },
        { user: nobody, businessPhones: ['1', '2'] },
        { user: nobody, manager: 'ann@contoso.com' },
        { user: nobody, aboutMe: 'Hello' },
        { user: nobody, passwordProfile: { password: 'Long-enough-1' } },
      ],
    ],
    [deleteUser, usersOf(cloud), noName],
    [restoreUser, [...usersOf(deleted), { user: cloud[0]!.id }], noName],
    [purgeUser, [...usersOf(deleted), { user: cloud[0]!.id }], noName],
    [enableUser, [...usersOf(disabled), { user: enabled[0]!.id }], noName],
    [disableUser, [...usersOf(enabled), { user: disabled[0]!.id }], noName],
    [
      createGroup,
      [{ displayName: 'Contract' }, { displayName: String(groups[0]!['displayName']) }],
      [
        {},
        { displayName: 'A', mailNickname: 'a b' },
        { displayName: 'A', mail: 'a@contoso.com' },
        { displayName: 'A', mailEnabled: true },
      ],
    ],
    [
      updateGroup,
      [
        { group: groups[0]!.id, description: 'Contracts' },
        { group: nobody, description: 'Contracts' },
      ],
      [...noGroup, { group: nobody, displayName: null }, { group: nobody, members: [] }],
    ],
    [
      deleteGroup,
      usersOf(
        groups.filter(one => (one['assignedLicenses'] as unknown[]).length === 0),
        'group',
      ),
      noGroup,
    ],
    [restoreGroup, [...usersOf(deletedGroups, 'group'), { group: groups[0]!.id }], noGroup],
  ]
  for (const [operation, rows, invalid] of cases) {
    const { kind } = operation as { readonly kind: string }
    await t.test(kind, async t =>
      keeps(t, operationContract({ operation, operations, rows, invalid, context: bed.context } as OperationCase)),
    )
  }
})
