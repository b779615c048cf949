import t from 'tap'
import { hasSecretColumn, isSecretColumn } from '../../src/core/secret-columns.ts'

t.test('names of passwords, keys, codes and tokens are secret, however they are spelt', async t => {
  for (const name of [
    'password',
    'Initial Password',
    'passwordProfile/password',
    'Kennwort',
    'Passwort',
    'pass',
    'PASS',
    'userPass',
    'otp',
    'OTP',
    'userOtp',
    'pin',
    'userPin',
    'pin_code',
    'pinCode',
    'MyPIN',
    'clientSecret',
    'apiKey',
    'access_key',
    'Recovery Key',
    'accountKey',
    'temporaryAccessPass',
    'refreshToken',
  ])
    t.ok(isSecretColumn(name), name)
  t.ok(hasSecretColumn({ a: [{ userPin: '1' }] }))
})

t.test('ordinary names that contain such letters are not secret', async t => {
  for (const name of [
    'passport',
    'Passport',
    'PASSPORT',
    'shipping',
    'Pinneberg',
    'mapping',
    'bypass',
    'compassion',
    'hotplate',
    'keyword',
    'keyId',
  ])
    t.notOk(isSecretColumn(name), name)
})
