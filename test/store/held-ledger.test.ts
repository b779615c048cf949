import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import type { NewEntry } from '../../src/store/ledger-types.ts'
import { newRun, storeIn } from './fixtures.ts'

const user = (key: number, more: Partial<NewEntry> = {}): NewEntry => ({
  key,
  row: { kind: 'create-user', value: { userPrincipalName: `u${key}@contoso.com` } },
  secrets: { password: `Tr0ub4dor&${key}` },
  about: `u${key}@contoso.com`,
  digest: `digest ${key}`,
  locks: [`u${key}@contoso.com`],
  input: { userPrincipalName: `u${key}@contoso.com`, 'Initial password': `Tr0ub4dor&${key}` },
  ...more,
})

const held = async (t: Test) => {
  const folder = t.testdir({})
  const store = storeIn(t, folder)
  const run = await store.create(newRun({ writes: true }))
  return { folder, store, run, ledger: (await run.phase('main')).ledger() }
}

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))

t.test('secrets are opened for the process that holds the run, and are in no file', async t => {
  const { folder, store, run, ledger } = await held(t)
  await ledger.add([user(1), user(2), { ...user(3), secrets: undefined as never }])
  await ledger.arrange()
  const opened = (await ledger.claim(10)).map(({ key, secrets }) => [key, secrets])
  t.strictSame(opened, [
    [1, { password: 'Tr0ub4dor&1' }],
    [2, { password: 'Tr0ub4dor&2' }],
    [3, undefined],
  ])
  await ledger.markSent([{ ordinal: 1, attempt: 1, client: 'c', atMs: 1, before: {} }])
  t.strictSame((await ledger.sent(10))[0]?.secrets, { password: 'Tr0ub4dor&1' })
  for (const path of filesIn(folder)) t.notMatch(readFileSync(path, 'latin1'), /Tr0ub4dor/, `${path} has a password`)
  await run.release()
  const next = await store.hold(run.id)
  t.strictSame((await (await next.phase('main')).ledger().claim(1))[0]?.secrets, { password: 'Tr0ub4dor&2' })
  await next.release()
})

t.test('a secret that was moved to another row cannot be opened', async t => {
  const { folder, store, run, ledger } = await held(t)
  await ledger.add([user(1), user(2)])
  await ledger.arrange()
  await run.release()
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  file.exec('update ledger set sealed = (select sealed from ledger where ordinal = 2) where ordinal = 1')
  file.close()
  const next = await store.hold(run.id)
  await t.rejects((await next.phase('main')).ledger().claim(10), {
    code: 'STORE_UNUSABLE',
    message: /cannot be decrypted/,
  })
  await next.release()
})

t.test('the result of a row does not quote its secrets', async t => {
  const { run, ledger } = await held(t)
  await ledger.add([user(1), user(2)])
  await ledger.arrange()
  const failed = (ordinal: number, message: string) =>
    ({ ordinal, result: { key: ordinal, operation: 'create-user', outcome: 'failed', message } }) as const
  await ledger.settle([failed(1, 'Tr0ub4dor&1 is too weak.'), failed(2, 'Tr0ub4dor&1 is not of this row.')])
  t.strictSame(
    (await run.readResults()).map(({ message }) => message),
    ['*** is too weak.', 'Tr0ub4dor&1 is not of this row.'],
  )
  await run.release()
})
