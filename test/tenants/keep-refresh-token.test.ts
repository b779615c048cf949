import { chmodSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import { keepRefreshToken } from '../../src/tenants/keep-refresh-token.ts'
import { fakeClock } from '../fake-clock.ts'
import { fakeEnvironment } from './fake-environment.ts'

const environment = fakeEnvironment('/')
const now = Date.UTC(2026, 5, 1)

const keeper = (ref: Parameters<typeof keepRefreshToken>[0], held = new Map<string, string>()) => {
  const told: string[] = []
  const keyring = {
    get: async (account: string) => held.get(account),
    set: async (account: string, secret: string) => {
      if (account === 'locked') throw new EntrapipeError('SECRET_MISSING', 'No keyring is available.')
      held.set(account, secret)
    },
    remove: async (account: string) => void held.delete(account),
  }
  const keep = keepRefreshToken(ref, {
    environment,
    clock: fakeClock(now).clock,
    tell: line => void told.push(line),
    keyring,
  })
  return { keep, told, held }
}

const fileOf = (folder: string, daysOld: number): string => {
  const file = join(folder, 'token')
  writeFileSync(file, 'first\n', { mode: 0o600 })
  const then = new Date(now - daysOld * 86_400_000)
  utimesSync(file, then, then)
  return file
}

t.test('a file is replaced once it is a day old, also behind a link, and no other file stays', async t => {
  const folder = t.testdir({})
  const file = fileOf(folder, 2)
  symlinkSync(file, join(folder, 'link'))
  const { keep, told } = keeper({ file: join(folder, 'link') })
  await keep('second', 'first')
  t.equal(readFileSync(file, 'utf8'), 'second\n')
  t.strictSame(readdirSync(folder).sort(), ['link', 'token'])
  t.strictSame(told, [])
})

t.test('a younger one, and one that somebody has changed, stay', async t => {
  const folder = t.testdir({})
  const young = fileOf(folder, 0.5)
  await keeper({ file: young }).keep('second', 'first')
  t.equal(readFileSync(young, 'utf8'), 'first\n')
  const other = fileOf(folder, 2)
  await keeper({ file: other }).keep('third', 'second')
  t.equal(readFileSync(other, 'utf8'), 'first\n')
})

t.test('the keyring gets each one, compared with what this process kept last', async t => {
  const { keep, held } = keeper({ keyring: 'partner' }, new Map([['partner', 'first']]))
  await keep('second', 'first')
  await keep('third', 'second')
  t.equal(held.get('partner'), 'third')
  held.set('partner', 'by an administrator')
  await keep('fourth', 'third')
  t.equal(held.get('partner'), 'by an administrator')
})

t.test('what cannot be kept is reported once, without the token, and the old one stays', async t => {
  const { keep, told, held } = keeper({ keyring: 'locked' }, new Map([['locked', 'first']]))
  await keep('second', 'first')
  await keep('third', 'second')
  t.equal(held.get('locked'), 'first')
  t.match(told, [/^The new refresh token could not be kept in the keyring \(locked\)/])
  t.equal(told.length, 1)
  t.notMatch(told.join(), /second|third/)

  const folder = t.testdir({ gone: {} })
  const missing = keeper({ file: join(folder, 'gone', 'token') })
  await missing.keep('second', 'first')
  t.match(missing.told, [/ENOENT/])
  const open = fileOf(folder, 2)
  chmodSync(open, 0o644)
  const exposed = keeper({ file: open })
  await exposed.keep('second', 'first')
  t.equal(readFileSync(open, 'utf8'), 'first\n')
  t.equal(exposed.told.length, 1)
  const variable = keeper({ env: 'TOKEN' })
  await variable.keep('second', 'first')
  t.strictSame(variable.told, [])
})
