import t from 'tap'
import { deviceCode } from '../../../src/graph/credentials/device-code.ts'
import { appId } from '../fixtures.ts'
import { authorityServer, denied, settingOf } from './authority-server.ts'

t.test('without a device code only the reason is shown', async t => {
  const authority = await authorityServer(t, () => denied(7000218, 'The request body must contain client_secret.'))
  const told: string[] = []
  const setting = { ...settingOf(authority), tell: (message: string) => void told.push(message) }
  await t.rejects(deviceCode({ clientId: appId }, setting).token(), {
    code: 'SIGN_IN_FAILED',
    message: /is not allowed to sign in without/,
  })
  t.strictSame(told, [])
})
