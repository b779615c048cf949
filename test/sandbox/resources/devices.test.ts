import t from 'tap'
import { createFakeDirectory } from './fake-directory.ts'
import { asker, type AskOptions } from './ask.ts'
import type { Entity } from '../../../src/sandbox/directory/types.ts'
import { bad, denied, writeBed } from './write-bed.ts'

const permissions = ['Device.ReadWrite.All']
const done = { status: 204, body: null }
const onlyWindows = bad('Properties other than ExtendedAttribute1..15 can be modified only on windows devices.')

const bed = (t: Parameters<typeof writeBed>[0]) => {
  const made = writeBed(t)
  const { directory } = made
  const devicesOf = (system: string): readonly Entity[] => {
    const where = (device: Entity) => device['operatingSystem'] === system
    const { ids } = directory.collection('device').slice({ order: 'default', view: 'direct', where }, 3, ['id'])
    return ids.map(id => directory.collection('device').get(id)!)
  }
  const send = (method: string, url: string, body?: object, options: AskOptions = {}) =>
    made.send(method, url, body, { permissions, ...options })
  /** A user with a role. */
  const person = (roleTemplateId: string): string => {
    const role =
      directory.collection('directoryRole').find('roleTemplateId', roleTemplateId) ??
      directory.collection('directoryRole').get(
        directory.commit([{ do: 'create', kind: 'directoryRole', values: { roleTemplateId, displayName: 'Role' } }], {
          request: 'control',
        })[0]!.id,
      )!
    const { id } = made.usersWhere(made.isPlain)[0]!
    const target = { kind: 'user', id } as const
    directory.commit([{ do: 'link', kind: 'directoryRole', id: role.id, relation: 'members', target }], {
      request: 'control',
    })
    return id
  }
  return { ...made, devicesOf, send, person }
}

t.test('a device is switched, renamed and deleted, and each change is in the ledger of truth', async t => {
  const { directory, devicesOf, send, ask } = bed(t)
  const [one, other] = devicesOf('Windows')
  t.match(await send('PATCH', `/devices/${one!.id}`, { accountEnabled: false, displayName: 'OLD-1' }), done)
  t.match(await send('PATCH', `/devices(deviceId='${String(one!['deviceId'])}')`, {}), done, 'nothing to change')
  t.match(await send('DELETE', `/devices(deviceId='${String(other!['deviceId'])}')`), done)
  t.strictSame(directory.truth(one!.id)?.entity, { ...one, accountEnabled: false, displayName: 'OLD-1' })
  t.match(
    [...directory.truthOf('device')],
    [
      { id: one!.id, updated: 1, deleted: 0, displayName: 'OLD-1' },
      { id: other!.id, updated: 0, deleted: 1, displayName: other!['displayName'] },
    ],
  )
  t.equal((await ask(`/devices/${other!.id}`)).status, 404)
  t.equal((await ask(`/directory/deletedItems/${other!.id}`)).status, 404, 'devices have no bin')
  t.match(await send('DELETE', `/devices/${other!.id}`), { status: 404, body: { code: 'Request_ResourceNotFound' } })
})

t.test('extension attributes that a request leaves out keep their values, on devices of any system', async t => {
  const { directory, devicesOf, send } = bed(t)
  for (const [device] of [devicesOf('Windows'), devicesOf('iOS'), devicesOf('Android')]) {
    const url = `/devices/${device!.id}`
    t.match(
      await send('PATCH', url, { extensionAttributes: { extensionAttribute2: 'B', extensionAttribute3: 'C' } }),
      done,
    )
    t.match(await send('PATCH', url, { extensionAttributes: { extensionAttribute2: null } }), done)
    t.strictSame(directory.truth(device!.id)?.entity?.['extensionAttributes'], {
      ...(device!['extensionAttributes'] as object),
      extensionAttribute3: 'C',
    })
  }
  const [device] = devicesOf('Windows')
  const long = { extensionAttributes: { extensionAttribute1: 'x'.repeat(1025) } }
  t.equal((await send('PATCH', `/devices/${device!.id}`, long)).status, 400)
  t.equal((await send('PATCH', `/devices/${device!.id}`, { extensionAttributes: { attribute1: 'x' } })).status, 400)
})

t.test('an app changes nothing else of a device without Windows, and a person does', async t => {
  const { devicesOf, send, person } = bed(t)
  const [phone] = devicesOf('iOS')
  const disabled = { accountEnabled: false }
  t.match(await send('PATCH', `/devices/${phone!.id}`, disabled), onlyWindows)
  t.match(await send('PATCH', `/devices/${phone!.id}`, { displayName: 'x', extensionAttributes: {} }), onlyWindows)
  const delegated = person('7698a772-787b-4ac8-901f-60d6b08affd2')
  const asPerson = { delegated, permissions: ['Directory.AccessAsUser.All'] }
  t.match(await send('PATCH', `/devices/${phone!.id}`, disabled, asPerson), done)
  t.match(await send('PATCH', `/devices/${phone!.id}`, { displayName: 'x' }, asPerson), denied, 'only switches devices')
  t.match(await send('DELETE', `/devices/${phone!.id}`, undefined, asPerson), done)
})

t.test('what nobody may set, and what is not theirs to set, is refused', async t => {
  const { directory, devicesOf, send, person } = bed(t)
  const [device] = devicesOf('Windows')
  const patch = (body: object, options?: AskOptions) => send('PATCH', `/devices/${device!.id}`, body, options)
  t.match(await patch({ trustType: 'AzureAd' }), bad(`Property 'trustType' is read-only and cannot be set.`))
  t.match(await patch({ isCompliant: true }), denied)
  t.match(await patch({ displayName: '' }), bad('Property displayName value is required but is empty or missing.'))
  t.equal((await patch({ accountEnabled: 'no' })).status, 400)
  t.equal((await patch({ nonsense: 1 })).status, 400)
  t.match(await patch({ accountEnabled: false }, { permissions: ['Device.Read.All'] }), denied)
  t.match(
    await send('DELETE', `/devices/${device!.id}`, undefined, { permissions: ['Directory.ReadWrite.All'] }),
    denied,
  )
  const intune = {
    delegated: person('3a2c62db-5318-420d-8d74-23affee5d9d5'),
    permissions: ['Directory.AccessAsUser.All'],
  }
  t.match(await patch({ accountEnabled: false }, intune), denied)
  t.match(await patch({ displayName: 'x' }, { ...intune, delegated: 'somebody' }), denied)
  t.strictSame([...directory.truthOf('device')], [])
  t.match(await patch({ displayName: 'x' }, intune), done)
})

t.test('a device that the direct view does not show cannot be changed', async t => {
  const directory = createFakeDirectory()
  const device = directory.add('device', { displayName: 'PC-1', operatingSystem: 'Windows' })
  directory.hide('direct', device.id)
  const ask = asker(directory)
  const body = { accountEnabled: false }
  t.equal((await ask(`/devices/${device.id}`, { method: 'PATCH', permissions, body })).status, 404)
  t.equal((await ask(`/devices/${device.id}`, { method: 'DELETE', permissions })).status, 404)
})
