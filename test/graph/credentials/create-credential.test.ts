import t from 'tap'
import { createCredential, type CredentialSpec } from '../../../src/graph/credentials/create-credential.ts'
import { appId } from '../fixtures.ts'
import { settingOf } from './authority-server.ts'

t.test('every kind of credential can be created without a request', async t => {
  const specs: CredentialSpec[] = [
    { kind: 'secret', clientId: appId, secret: 's' },
    { kind: 'workload-identity', clientId: appId, tokenFile: '/nowhere' },
    { kind: 'managed-identity' },
    { kind: 'browser', clientId: appId },
    { kind: 'device-code', clientId: appId },
    { kind: 'azure-cli' },
    { kind: 'token', env: 'GRAPH_TOKEN' },
  ]
  const setting = settingOf({ url: 'https://login.microsoftonline.com', caFile: '' })
  const { caFile: _none, ...plain } = setting
  t.strictSame(
    specs.map(spec => createCredential(spec, plain).kind),
    specs.map(spec => spec.kind),
  )
})

t.test('a workload without its token file is an error that says so', async t => {
  const { caFile: _none, ...plain } = settingOf({ url: 'https://login.microsoftonline.com', caFile: '' })
  await t.rejects(createCredential({ kind: 'workload-identity', clientId: appId }, plain).token(), {
    code: 'SIGN_IN_FAILED',
    message: 'No workload identity was found.',
  })
})
