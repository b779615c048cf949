import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { addAppOwner } from '../../src/operations/add-app-owner.ts'
import { addServicePrincipalOwner } from '../../src/operations/add-service-principal-owner.ts'
import { addUnitMember } from '../../src/operations/add-unit-member.ts'
import { removeAppOwner } from '../../src/operations/remove-app-owner.ts'
import { removeServicePrincipalOwner } from '../../src/operations/remove-service-principal-owner.ts'
import { removeUnitMember } from '../../src/operations/remove-unit-member.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { lostRow, operationBed, operations } from './operation-bed.ts'

const bed = await operationBed(t)
const { list, change, context } = bed
const users = (await list('/users?$select=id&$top=200')).map(({ id }) => id)
const [device] = await list('/devices?$select=id&$top=1')
const [principal] = await list('/servicePrincipals?$select=id&$top=1')
type Named = Values & { readonly id: string }

const places = [
  [addAppOwner, removeAppOwner, '/applications', 'application', 'owners', 'an owner'],
  [
    addServicePrincipalOwner,
    removeServicePrincipalOwner,
    '/servicePrincipals',
    'servicePrincipal',
    'owners',
    'an owner',
  ],
  [addUnitMember, removeUnitMember, '/directory/administrativeUnits', 'administrativeUnit', 'members', 'a member'],
] as const

for (const [add, remove, path, of, relation, noun] of places) {
  const owners = await list<Named>(`${path}?$select=id,displayName&$top=10`)
  const owner = owners.at(-1)!
  const there = new Set((await list(`${path}/${owner.id}/${relation}?$select=id&$top=999`)).map(({ id }) => id))
  const people = users.filter(id => !there.has(id))
  const linkOf = (member: string, id = owner.id) => ({ [of]: id, member })

  t.test(`${add.kind} and ${remove.kind} keep the contract of an operation`, async t => {
    const rows = [...people.slice(0, 2), nobody].map(id => linkOf(id))
    const invalid = [{ [of]: owner.id }, { member: nobody }, { ...linkOf(nobody), group: nobody }]
    await keeps(t, operationContract({ operation: add, operations, context, rows, invalid }))
    for (const member of people.slice(0, 4)) await change(add, [linkOf(member)])
    await keeps(t, operationContract({ operation: remove, operations, context, rows, invalid }))
  })

  t.test(`${add.kind} and ${remove.kind} change one link a request, and what is as wanted is unchanged`, async t => {
    const member = people[5]!
    const done = [{ outcome: 'done', id: member }]
    const named = String(owner['displayName'])
    t.strictSame((await change(add, [linkOf(member)])).verdicts, done)
    t.strictSame((await change(add, [linkOf(member)])).looked, [
      { outcome: 'unchanged', id: member, message: `Already ${noun} of ${named}.` },
    ])
    t.strictSame((await change(remove, [linkOf(member)])).verdicts, done)
    t.strictSame((await change(remove, [linkOf(member)])).looked, [
      { outcome: 'unchanged', id: member, message: `Not ${noun} of ${named}.` },
    ])
    t.equal(add.request([{ value: linkOf(member), before: { linked: false } }]).method, 'POST')
    t.match(remove.request([{ value: linkOf(member), before: { linked: true } }]).url, /\/\$ref$/)
  })

  t.test(`${add.kind} tells what cannot be linked before it is sent`, async t => {
    const looked = await add.look(
      [linkOf(relation === 'owners' ? device!.id : principal!.id), linkOf(nobody), linkOf(people[0]!, nobody)],
      context(),
    )
    t.match(looked, [{ code: 'TYPE_NOT_ALLOWED' }, { code: 'OBJECT_NOT_FOUND' }, { code: 'OBJECT_NOT_FOUND' }])
  })

  t.test(`a lost reply of ${add.kind} is decided by the list`, async t => {
    const value = linkOf(people[6]!)
    const row = { value, before: { linked: false } }
    t.strictSame(await add.decide([lostRow(row)], context()), ['not-done'])
    await change(add, [value])
    t.match(await add.decide([lostRow(row)], context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
    t.match(await add.decide([{ ...lostRow(row, 0, 'r'), contested: true }], context()), [{ unknown: /somebody else/ }])
    t.strictSame(add.inverse!(value, { linked: false }, value['member'] as string), {
      kind: remove.kind,
      value,
      expected: { linked: true },
    })
  })
}

t.test('a dynamic administrative unit keeps its members', async t => {
  const { body } = await bed.send({ method: 'GET', url: '/directory/administrativeUnits?$top=1' })
  const unit = (body as { readonly value: readonly Named[] }).value[0]!.id
  await bed.control('POST', '/mutations', {
    do: 'update',
    kind: 'administrativeUnit',
    id: unit,
    values: { membershipType: 'Dynamic' },
  })
  for (const operation of [addUnitMember, removeUnitMember])
    t.match(await operation.look([{ administrativeUnit: unit, member: users[0]! }], context()), [
      { outcome: 'failed', code: 'UNIT_DYNAMIC', message: /its members follow from its rule/ },
    ])
})

t.test('links of one object are read together, whatever their number', async t => {
  const [unit] = (await list('/directory/administrativeUnits?$select=id')).slice(2)
  const asked: string[] = []
  const rows = users.slice(0, 150).map(member => ({ administrativeUnit: unit!.id, member }))
  await addUnitMember.look(rows, context(asked))
  t.equal(asked.filter(url => url.includes('/members')).length, 1)
})
