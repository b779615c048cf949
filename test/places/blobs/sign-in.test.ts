import t from 'tap'
import { blobAddress } from '../../../src/places/blobs/address.ts'
import { blobSignIn } from '../../../src/places/blobs/sign-in.ts'
import { fakeClock } from '../../fake-clock.ts'
import { clientId, fakeEnvironment, tenantId } from '../../tenants/fake-environment.ts'

const address = blobAddress('https://contosolake.blob.core.windows.net/lake/')

const kindWith = async (variables: Readonly<Record<string, string>>): Promise<string> => {
  const { clock } = fakeClock()
  const signIn = await blobSignIn(address, { clock, environment: fakeEnvironment('/', variables) })
  return 'credential' in signIn ? signIn.credential.kind : JSON.stringify(signIn)
}

t.test('the environment chooses the sign-in to an account, the narrowest right first', async t => {
  const app = { AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId }
  const all = {
    ...app,
    AZURE_STORAGE_SAS_TOKEN: ' ?sv=2025-01-05&sig=abc\n',
    AZURE_STORAGE_KEY: 'a2V5',
    AZURE_CLIENT_SECRET: 'secret',
    AZURE_FEDERATED_TOKEN_FILE: '/token',
    IDENTITY_ENDPOINT: 'http://localhost:42356/msi/token',
  }
  const without = (...names: readonly string[]) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => !names.includes(name)))
  const stored = ['AZURE_STORAGE_SAS_TOKEN', 'AZURE_STORAGE_KEY'] as const
  t.equal(await kindWith(all), '{"sas":"sv=2025-01-05&sig=abc"}')
  t.equal(await kindWith(without('AZURE_STORAGE_SAS_TOKEN')), '{"key":"a2V5"}')
  t.equal(await kindWith(without(...stored)), 'secret')
  t.equal(await kindWith(without(...stored, 'AZURE_CLIENT_SECRET')), 'workload-identity')
  t.equal(await kindWith(without(...stored, 'AZURE_CLIENT_SECRET', 'AZURE_FEDERATED_TOKEN_FILE')), 'managed-identity')
  t.equal(await kindWith(app), 'azure-cli or managed-identity')
  t.equal(await kindWith({}), 'azure-cli or managed-identity')
})

t.test('a secret without the id of its app is refused', async t => {
  await t.rejects(kindWith({ AZURE_CLIENT_SECRET: 'secret' }), { code: 'CONFIG_INVALID', message: /AZURE_CLIENT_ID/ })
})
