import t from 'tap'
import { namedObject } from '../../../src/sandbox/resources/reference-address.ts'

const root = 'http://127.0.0.1:5000/v1.0'
const id = '4562bcc8-c436-4f95-b7c0-4f8ce89dca5e'
const tenant = '84841066-274d-4ec0-a5c1-276be684bdd3'

for (const [address, kind] of [
  [`https://graph.microsoft.com/v1.0/directoryObjects/${id}`, undefined],
  [`https://graph.microsoft.com/beta/users/${id}`, 'user'],
  [`https://graph.microsoft.us/v1.0/groups/${id}`, 'group'],
  [`http://127.0.0.1:5000/v1.0/devices/${id}`, 'device'],
  [`HTTPS://GRAPH.MICROSOFT.COM/v1.0/DirectoryObjects/${id}`, undefined],
  [`/servicePrincipals/${id}`, 'servicePrincipal'],
  [`contacts/${id}`, 'orgContact'],
  [`/v1.0/users/${id}`, 'user'],
  [`users('${id}')`, 'user'],
  [`https://graph.microsoft.com/v1.0/directoryObjects('${id}')`, undefined],
  [`https://graph.microsoft.com/v1.0/${tenant}/directoryObjects/${id}/Microsoft.DirectoryServices.User`, undefined],
  [`https://graph.microsoft.com/v2/${tenant}/directoryObjects/${id}`, undefined],
] as const)
  t.test(`${address} is an object`, async t => t.strictSame(namedObject(address, root), { kind, key: { value: id } }))

t.test('a user is also named by the user principal name', async t => {
  t.strictSame(namedObject('https://graph.microsoft.com/v1.0/users/ann%23x@contoso.com', root), {
    kind: 'user',
    key: { value: 'ann#x@contoso.com' },
  })
})

for (const address of [
  `https://graph.example.com/v1.0/users/${id}`,
  `https://127.0.0.1:5000/v1.0/users/${id}`,
  `https://graph.microsoft.com/v1.0/me`,
  `https://graph.microsoft.com/v1.0/users`,
  `https://graph.microsoft.com/v1.0/sites/${id}`,
  `https://graph.microsoft.com/v1.0/users/${id}/manager`,
  `https://graph.microsoft.com/v1.0/users/${id}?$select=id`,
  `https://graph.microsoft.com/v1.0/other/users/${id}`,
  `https://graph.microsoft.com/v1.0/users/%zz`,
  `mailto:ann@contoso.com`,
  id,
  '',
  [`https://graph.microsoft.com/v1.0/users/${id}`],
  null,
])
  t.test(`${JSON.stringify(address)} is no object`, async t => t.equal(namedObject(address, root), undefined))
