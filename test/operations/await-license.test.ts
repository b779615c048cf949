import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Values } from '../../src/core/operation.ts'
import { awaitLicense } from '../../src/operations/await-license.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { draw, lostRow, operationBed, operations } from './operation-bed.ts'

type Licensed = Values & { readonly id: string; readonly assignedLicenses: readonly { readonly skuId: string }[] }

const bed = await operationBed(t, { licences: { skus: [{ sku: 'SPE_E3', enabled: 300, direct: 0.2, group: 0.3 }] } })
const { list, change, context } = bed
const groups = await list<Licensed>('/groups?$select=id,displayName,assignedLicenses&$top=200')
const group = groups.find(({ assignedLicenses }) => assignedLicenses.length > 0)!
const [{ skuId: sku }] = group.assignedLicenses as [{ readonly skuId: string }]
const members = await list<{ readonly id: string }>(`/groups/${group.id}/members?$select=id&$top=50`)
const others = (await list<Licensed>('/users?$select=id,assignedLicenses&$top=200')).filter(
  ({ id, assignedLicenses }) => assignedLicenses.length === 0 && !members.some(member => member.id === id),
)
const operation = awaitLicense as never

t.test('await-license keeps the contract of an operation', async t => {
  const rows = [members[0]!.id, others[0]!.id, nobody].map(user => ({ user, sku, group: group.id }))
  const invalid = [
    { user: nobody, sku },
    { user: nobody, sku, group: '' },
    { ...rows[0]!, colour: 'red' },
  ]
  await keeps(t, operationContract({ operation, operations, context, rows, invalid }))
})

t.test('a product that a group still gives after a later change of it has failed is there', async t => {
  const [value] = [awaitLicense.accept({ user: nobody, sku, group: group.id }, draw)]
  const state = { skuId: sku, assignedByGroup: group.id, disabledPlans: [], error: 'CountViolation' }
  const user = (is: string) => ({
    id: nobody,
    licenseAssignmentStates: [{ ...state, state: is }],
    assignedLicenses: [],
  })
  const looked = (is: string) => {
    const own = context()
    const graph = { ...own.graph, batch: async () => [{ status: 200, headers: {}, body: user(is), attempts: 1 }] }
    return awaitLicense.look([value], { ...own, graph: graph as never })
  }
  t.match(await looked('ActiveWithError'), [{ outcome: 'unchanged' }])
  t.match(await looked('Error'), [{ outcome: 'failed', code: 'CountViolation' }])
})

t.test('an error from before the request is not what the group has made of it, unless Graph refuses', async t => {
  const value = awaitLicense.accept({ user: nobody, sku, group: group.id }, draw)
  const user = {
    id: nobody,
    assignedLicenses: [],
    licenseAssignmentStates: [
      {
        ...{ skuId: sku, assignedByGroup: group.id, disabledPlans: [], state: 'Error', error: 'CountViolation' },
        lastUpdatedDateTime: '2026-01-01T12:00:00Z',
      },
    ],
  }
  const own = context()
  const graph = { ...own.graph, batch: async () => [{ status: 200, headers: {}, body: user, attempts: 1 }] }
  const scene = { ...own, graph: graph as never }
  t.match(await awaitLicense.look([value], scene), [{ send: { takes: [sku] } }])
  const decided = (sinceMs: number, answered: true | 'refused' | undefined) =>
    awaitLicense.decide(
      [{ ...lostRow({ value, before: { takes: [sku] } }, sinceMs), ...(answered && { answered }) }],
      scene,
    )
  const [then, later] = [Date.UTC(2026, 0, 1, 12), Date.UTC(2026, 0, 1, 13)]
  t.match(await decided(later, true), [{ atMostMs: 3_600_000 }])
  t.match(await decided(later, undefined), ['not-done'])
  t.match(await decided(later, 'refused'), [{ outcome: 'failed', code: 'CountViolation' }])
  t.match(await decided(then, true), [{ outcome: 'failed', code: 'CountViolation' }])
})

t.test('what the group has given needs no request, and what it has not is processed again and waited for', async t => {
  const [has, hasNot] = [members[1]!.id, others[1]!.id]
  const row = (user: string) => awaitLicense.accept({ user, sku, group: group.id }, draw)
  t.match(await awaitLicense.look([row(has)], context()), [
    { outcome: 'unchanged', message: 'The group gives Microsoft 365 E3 (SPE_E3).' },
  ])
  const { ready, verdicts } = await change(operation, [row(hasNot)])
  t.match(awaitLicense.request(ready as never), { method: 'POST', url: `/users/${hasNot}/reprocessLicenseAssignment` })
  t.strictSame(verdicts, ['undecided'])
  const sent = ready.map(each => ({ ...lostRow(each), answered: true })) as never
  t.match(await awaitLicense.decide(sent, context()), [
    { wait: /an hour later it had not given Microsoft 365 E3/, atMostMs: 3_600_000 },
  ])
  const message = `Subscription with SKU ${sku} does not have any available licenses.`
  const refusal = { status: 400, headers: {}, body: { error: { code: 'Request_BadRequest', message } }, attempts: 1 }
  t.strictSame(awaitLicense.settle(ready as never, refusal), ['undecided'], 'it may be about another group')
  await bed.send({
    method: 'PATCH',
    url: `/groups/${group.id}`,
    body: { 'members@odata.bind': [`https://graph.microsoft.com/v1.0/directoryObjects/${hasNot}`] },
  })
  await bed.send({ method: 'POST', url: `/users/${hasNot}/reprocessLicenseAssignment` })
  t.match(await awaitLicense.decide(sent, context()), [{ outcome: 'unchanged' }])
})
