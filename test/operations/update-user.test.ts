import t from 'tap'
import type { Values } from '../../src/core/operation.ts'
import { operationContract } from '../../src/contracts/operation.ts'
import { updateUser } from '../../src/operations/update-user.ts'
import { keeps } from '../contracts/keeps.ts'
import { draw, lostRow, operationBed, operations, refusal } from './operation-bed.ts'

const bed = await operationBed(t)
type User = Values & { readonly id: string; readonly userPrincipalName: string }
const users = await bed.list<User>('/users?$select=id,userPrincipalName,onPremisesSyncEnabled,userType&$top=100')
const cloud = users.filter(user => user['onPremisesSyncEnabled'] === null && user['userType'] === 'Member')
const synced = users.find(user => user['onPremisesSyncEnabled'] === true)!
const [ann, bob, eve, joe] = cloud as [User, User, User, User]
const look = (values: Values) => updateUser.look([updateUser.accept(values, draw)], bed.context())
const read = async (id: string, select: string) =>
  (await bed.send({ method: 'GET', url: `/users/${id}?$select=${select}` })).body as Values

t.test('update-user keeps the contract of an operation', t =>
  keeps(
    t,
    operationContract({
      operation: updateUser,
      operations,
      context: bed.context,
      rows: [
        { user: eve.id, city: 'Rome' },
        {
          user: eve.id,
          userPrincipalName: eve.userPrincipalName,
          newUserPrincipalName: `new.${eve.userPrincipalName}`,
        },
      ],
      invalid: [{}],
    }),
  ),
)

t.test('half of a complex property is completed from what was read, and undo restores it', async t => {
  await bed.change(updateUser, [{ user: ann.id, employeeOrgData: { division: 'North', costCenter: '1' } }])
  const { ready, verdicts } = await bed.change(updateUser, [{ user: ann.id, employeeOrgData: { division: 'South' } }])
  t.strictSame(verdicts, [{ outcome: 'done', id: ann.id }])
  t.strictSame(await read(ann.id, 'employeeOrgData').then(({ employeeOrgData }) => employeeOrgData), {
    division: 'South',
    costCenter: '1',
  })
  const undo = updateUser.inverse!(ready[0]!.value, ready[0]!.before, ann.id)!
  t.strictSame(undo.expected, { employeeOrgData: { division: 'South', costCenter: '1' } })
  await bed.change(updateUser, [undo.value])
  t.strictSame(await read(ann.id, 'employeeOrgData').then(({ employeeOrgData }) => employeeOrgData), {
    division: 'North',
    costCenter: '1',
  })
})

t.test('equal values are unchanged, whatever the case of names and the order of lists', async t => {
  await bed.change(updateUser, [{ user: bob.id, otherMails: ['a@x.com', 'b@x.com'], usageLocation: 'DE' }])
  t.match(
    await look({
      user: bob.id,
      userPrincipalName: bob.userPrincipalName.toUpperCase(),
      otherMails: ['b@x.com', 'a@x.com'],
      usageLocation: 'de',
    }),
    [{ outcome: 'unchanged', id: bob.id }],
  )
})

t.test(
  'a read-only column passes if it is equal, and a synced user says what Active Directory must change',
  async t => {
    t.match(await look({ user: bob.id, createdDateTime: '2000-01-01T00:00:00Z', city: 'Rome' }), [
      { outcome: 'failed', code: 'READ_ONLY' },
    ])
    const { createdDateTime } = await read(bob.id, 'createdDateTime')
    t.ok('send' in (await look({ user: bob.id, createdDateTime: createdDateTime!, city: 'Rome' }))[0]!)
    t.match(await look({ user: synced.id, department: 'A department of nobody' }), [
      { outcome: 'failed', code: 'ON_PREMISES', fix: 'Change in Active Directory: department.' },
    ])
  },
)

t.test('a user principal name beside an id is compared, and a new one is a rename', async t => {
  t.match(await look({ user: eve.id, userPrincipalName: 'other@contoso.com', city: 'Rome' }), [
    { outcome: 'failed', code: 'READ_ONLY', fix: /newUserPrincipalName/ },
  ])
  const value = updateUser.accept({ user: eve.id, newUserPrincipalName: `new.${eve.userPrincipalName}` }, draw)
  t.equal(updateUser.removal!(value, { userPrincipalName: eve.userPrincipalName }), 'rename')
  const disabling = updateUser.accept({ user: eve.id, accountEnabled: false }, draw)
  t.equal(updateUser.removal!(disabling, { accountEnabled: true }), 'disable')
})

t.test('after a lost reply, the new value is done, the earlier one is not, and a third one is unknown', async t => {
  const value = updateUser.accept({ user: eve.id, city: 'Rome' }, draw)
  const { city } = await read(eve.id, 'city')
  const row = lostRow({ value, before: { city: city! } })
  t.strictSame(await updateUser.decide([row], bed.context()), ['not-done'])
  await bed.send(updateUser.request([row]))
  t.match(await updateUser.decide([row], bed.context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  await bed.send({ method: 'PATCH', url: `/users/${eve.id}`, body: { city: 'Oslo' } })
  t.match(await updateUser.decide([row], bed.context()), [{ unknown: /somebody else changed the user/ }])
})

t.test(
  'another case of a name is a change, and after a lost reply it is distinguished from the earlier one',
  async t => {
    const upper = joe.userPrincipalName.toUpperCase()
    for (const [name, before, after] of [
      ['newUserPrincipalName', joe.userPrincipalName, upper],
      ['mail', joe.userPrincipalName, upper],
      ['mailNickname', 'joe.doe', 'Joe.Doe'],
    ] as const) {
      const property = name === 'newUserPrincipalName' ? 'userPrincipalName' : name
      await bed.send({ method: 'PATCH', url: `/users/${joe.id}`, body: { [property]: before } })
      const value = updateUser.accept({ user: joe.id, [name]: after }, draw)
      t.strictSame(await updateUser.look([value], bed.context()), [{ send: { [property]: before } }], name)
      const row = lostRow({ value, before: { [property]: before } })
      t.strictSame(await updateUser.decide([row], bed.context()), ['not-done'], name)
      t.strictSame(updateUser.request([row]).body, { [property]: after })
      await bed.change(updateUser, [{ user: joe.id, [name]: after }])
      t.strictSame((await read(joe.id, property))[property], after, name)
      t.match(await updateUser.decide([row], bed.context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }], name)
      t.match(await look({ user: joe.id, [name]: after }), [{ outcome: 'unchanged' }], name)
      t.notOk(updateUser.isSame!(property, before, after), name)
    }
  },
)

t.test('a denied change says which property is the reason, and what it requires', async t => {
  const updated = await bed.change(updateUser, [
    { user: ann.id, employeeHireDate: '2026-03-01T00:00:00Z', city: 'Rome' },
  ])
  t.match(updated.verdicts, [
    {
      outcome: 'failed',
      code: 'Authorization_RequestDenied',
      fix: /^Apps cannot change employeeHireDate\. Remove the column/,
    },
  ])
  const denied = refusal(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
  const fixOf = (change: Values): unknown => {
    const value = updateUser.accept({ user: ann.id, ...change }, draw)
    return (updateUser.settle([{ value, before: {} }], denied)[0] as { readonly fix: string }).fix
  }
  t.match(fixOf({ employeeLeaveDateTime: '2026-03-01T00:00:00Z' }), /^Grant User-LifeCycleInfo\.ReadWrite\.All\./)
  t.match(fixOf({ city: 'Oslo' }), /^Compare the permissions of the app/)
})

t.test('a new name in a domain that is not verified is found before anything is sent', async t => {
  const renamed = { user: eve.id, userPrincipalName: eve.userPrincipalName, newUserPrincipalName: 'eve@nope.example' }
  t.match(await look(renamed), [
    {
      outcome: 'failed',
      code: 'DOMAIN_UNVERIFIED',
      message: /^nope\.example is not a verified domain of the directory/,
    },
  ])
})
