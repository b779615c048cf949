import t from 'tap'
import { operationContract, type OperationCase } from '../../src/contracts/operation.ts'
import type { OperationContext, Values } from '../../src/core/operation.ts'
import { deleteDevice } from '../../src/operations/delete-device.ts'
import { disableDevice } from '../../src/operations/disable-device.ts'
import { enableDevice } from '../../src/operations/enable-device.ts'
import { updateDevice } from '../../src/operations/update-device.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { lostRow, operationBed, operations } from './operation-bed.ts'

interface Device extends Values {
  readonly id: string
}

const bed = await operationBed(t)
const devices = await bed.list<Device>(
  '/devices?$select=id,accountEnabled,displayName,operatingSystem,onPremisesSyncEnabled&$top=999',
)
const having = (system: string, enabled: boolean) =>
  devices.filter(one => one['operatingSystem'] === system && one['accountEnabled'] === enabled)
const [enabled, disabled, phones] = [having('Windows', true), having('Windows', false), having('iOS', true)]
const seen = async (id: string) => (await bed.send({ method: 'GET', url: `/devices/${id}` })).body as Values

t.test('every operation on devices keeps the contract of an operation', async t => {
  const of = (all: readonly Device[]) => [...all.slice(0, 2).map(({ id }) => id), nobody].map(device => ({ device }))
  const none = [{}, { device: ' ' }, { device: nobody, colour: 'red' }]
  const cases: readonly (readonly [unknown, readonly Values[], readonly Values[]])[] = [
    [enableDevice, [...of(disabled), { device: enabled[0]!.id }], none],
    [disableDevice, [...of(enabled), { device: phones[0]!.id }], none],
    [deleteDevice, of(enabled), none],
    [
      updateDevice,
      [
        { device: enabled[0]!.id, displayName: 'CONTRACT-1' },
        { device: phones[0]!.id, extensionAttribute3: 'x' },
        { device: nobody, extensionAttribute3: 'x' },
      ],
      [
        ...none,
        { device: nobody, displayName: null },
        { device: nobody, accountEnabled: 'no' },
        { device: nobody, extensionAttributes: { extensionAttribute16: 'x' } },
      ],
    ],
  ]
  for (const [operation, rows, invalid] of cases) {
    const { kind } = operation as { readonly kind: string }
    await t.test(kind, async t =>
      keeps(t, operationContract({ operation, operations, rows, invalid, context: bed.context } as OperationCase)),
    )
  }
})

t.test('a switch reads what a row expects besides the state of the object', async t => {
  const { id, ...device } = disabled[0]!
  const context = { ...bed.context(), expected: ['displayName'] }
  t.match(await enableDevice.look([{ device: id }], context), [
    { send: { accountEnabled: false, displayName: device['displayName'] } },
  ])
})

t.test('one extension attribute is written, the others stay, and the undo puts it back', async t => {
  const { id } = phones[1]!
  const row = { device: id, extensionAttribute2: 'Bonn' }
  const before = (await seen(id))['extensionAttributes']
  const { ready, verdicts } = await bed.change(updateDevice, [row])
  t.strictSame(verdicts, [{ outcome: 'done', id }])
  t.strictSame((await seen(id))['extensionAttributes'], { ...(before as Values), extensionAttribute2: 'Bonn' })
  t.match((await bed.change(updateDevice, [row])).looked, [{ outcome: 'unchanged' }])
  const back = updateDevice.inverse!(ready[0]!.value, ready[0]!.before, id)!
  await bed.change(updateDevice, [back.value])
  t.strictSame((await seen(id))['extensionAttributes'], before)
})

t.test('a read-only column of an export may stay, if it is equal to the directory', async t => {
  const { id } = enabled[2]!
  const change = (isCompliant: boolean) =>
    bed.change(updateDevice, [{ device: id, isCompliant, extensionAttribute4: 'x' }])
  const held = (await seen(id))['isCompliant'] === true
  t.match((await change(!held)).looked, [{ outcome: 'failed', code: 'READ_ONLY', fix: /Intune/ }])
  t.match((await change(held)).verdicts, [{ outcome: 'done' }])
})

t.test('devices that an app cannot change fail before a request, and a person may send it', async t => {
  const rows = [{ device: phones[0]!.id }]
  t.match(await disableDevice.look(rows, bed.context()), [
    {
      outcome: 'failed',
      code: 'NOT_FOR_APPS',
      message: /accountEnabled only on Windows devices, and this one has iOS/,
    },
  ])
  const { graph, ...context } = bed.context()
  const asPerson: OperationContext = {
    ...context,
    graph: { ...graph, signedInAs: async () => ({ kind: 'delegated', appId: nobody }) },
  }
  t.match(await disableDevice.look(rows, asPerson), [{ send: { accountEnabled: true } }])
  t.match(await updateDevice.look([{ ...rows[0]!, properties: { displayName: 'x' } }], bed.context()), [
    { code: 'NOT_FOR_APPS', message: /displayName/ },
  ])
})

t.test('Graph’s own refusal for apps is explained', t => {
  const message = 'Properties other than ExtendedAttribute1..15 can be modified only on windows devices.'
  const body = { error: { code: 'Request_BadRequest', message } }
  const ready = [{ value: { device: nobody }, before: {} }]
  t.match(disableDevice.settle(ready, { status: 400, headers: {}, body, attempts: 1 }), [
    { outcome: 'failed', code: 'Request_BadRequest', fix: /Sign in as a person/ },
  ])
  t.end()
})

t.test('a device that is gone after a lost reply was deleted, and one that is there was not', async t => {
  const [one, other] = enabled.slice(3)
  const { ready } = await bed.change(deleteDevice, [{ device: one!.id }])
  const lost = [...ready, { value: { device: other!.id }, before: {} }].map(row => lostRow(row))
  t.match(await deleteDevice.decide(lost, bed.context()), [
    { outcome: 'done', id: one!.id, code: 'SeenAfterLostReply' },
    'not-done',
  ])
  t.match((await bed.change(deleteDevice, [{ device: one!.id }])).looked, [{ code: 'OBJECT_NOT_FOUND' }])
  t.equal(deleteDevice.inverse, undefined)
  t.ok(deleteDevice.irreversible!(ready[0]!.value, ready[0]!.before))
})

t.test('a device that Active Directory has, too, is notable', async t => {
  const synced = enabled.filter(one => one['onPremisesSyncEnabled'] === true).slice(-1)
  t.match(await disableDevice.look([{ device: synced[0]!.id }], bed.context()), [{ notable: ['synced-device'] }])
})
