import t from 'tap'
import { overlap } from '../../../src/core/targets.ts'
import { blobAddress } from '../../../src/places/blobs/address.ts'

t.test('one folder has one target, whichever way its address is written', async t => {
  for (const address of [
    'https://contosolake.blob.core.windows.net/lake/entra/users/',
    'https://contosolake.blob.core.windows.net/lake/entra/users',
    'HTTPS://ContosoLake.Blob.Core.Windows.Net/lake/entra/users/',
    'https://contosolake.dfs.core.windows.net/lake/%65ntra/users/',
    'https://contosolake.blob.core.windows.net/lake/x/../entra/users/',
    'abfss://lake@contosolake.dfs.core.windows.net/entra/users/',
  ])
    t.strictSame(
      blobAddress(address),
      {
        account: 'contosolake',
        cloud: 'global',
        serviceUrl: 'https://contosolake.blob.core.windows.net',
        container: 'lake',
        prefix: 'entra/users/',
        target: 'https://contosolake.blob.core.windows.net/lake/entra/users/',
      },
      address,
    )
})

t.test('a target is the address of its folder, also with spaces and letters of other alphabets', async t => {
  for (const prefix of ['', 'a b/', 'date=2026-11-28/', 'Größe/', '100%/', 'a+b/']) {
    const path = prefix.split('/').map(encodeURIComponent).join('/')
    const found = blobAddress(`https://contosolake.blob.core.windows.net/lake/${path}`)
    t.equal(found.prefix, prefix)
    t.strictSame(blobAddress(found.target), found)
  }
})

t.test('a container covers its folders, and a folder those within it', async t => {
  const at = (folder: string) => blobAddress(`abfss://lake@contosolake.dfs.core.windows.net/${folder}`).target
  t.ok(overlap(at(''), at('users/')))
  t.ok(overlap(at('users/'), at('users/date=2026-11-28/')))
  t.notOk(overlap(at('users/'), at('users2/')))
})

t.test('accounts of national clouds, of DNS zones and behind private links are accepted', async t => {
  for (const [host, cloud] of [
    ['contosolake.blob.core.usgovcloudapi.net', 'usgov'],
    ['contosolake.blob.core.chinacloudapi.cn', 'china'],
    ['contosolake.z01.blob.storage.azure.net', 'global'],
    ['contosolake.privatelink.blob.core.windows.net', 'global'],
  ])
    t.match(blobAddress(`https://${host}/lake/`), { account: 'contosolake', cloud, serviceUrl: `https://${host}` })
})

t.test('on this machine the account is in the path, and plain http is accepted', async t => {
  t.strictSame(blobAddress('http://127.0.0.1:10000/devstoreaccount1/lake/users/'), {
    account: 'devstoreaccount1',
    cloud: undefined,
    serviceUrl: 'http://127.0.0.1:10000/devstoreaccount1',
    container: 'lake',
    prefix: 'users/',
    target: 'http://127.0.0.1:10000/devstoreaccount1/lake/users/',
  })
})

t.test('other addresses are refused with one sentence, which repeats no secret', async t => {
  const account = 'https://contosolake.blob.core.windows.net'
  for (const [address, why] of [
    [`${account}/lake/?sv=2025-01-05&sig=hidden`, /is followed by a query .* AZURE_STORAGE_SAS_TOKEN/],
    [`${account}/lake/#hidden`, /is followed by a query/],
    ['https://me:hidden@contosolake.blob.core.windows.net/lake/', /contains a password/],
    ['http://contosolake.blob.core.windows.net/lake/', /uses plain http.* https/],
    ['abfs://lake@contosolake.dfs.core.windows.net/', /is not the address of a container/],
    ['https://example.com/lake/', /is not the address of a container of Azure Storage/],
    ['https://contosolake.blob.core.windows.net:8443/lake/', /is not the address of a container/],
    ['https://blob.core.windows.net/lake/', /is not the address of a container/],
    [account, /names no container/],
    [`${account}/La_ke/`, /a container, "La_ke", that cannot exist/],
    [`${account}/lake/a//b/`, /two slashes in a row/],
    [`${account}/lake/100%/`, /a % that is not the beginning of an escape/],
  ] as const)
    try {
      blobAddress(address)
      t.fail(address)
    } catch (error) {
      const { code, message, fix } = error as { code: string; message: string; fix: string }
      t.equal(code, 'OPTION_INVALID', address)
      t.match(`${message} ${fix}`, why)
      t.notMatch(message, /hidden/)
    }
})
