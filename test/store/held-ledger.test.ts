import { readdirSync, readFileSync, rmSync } from 'node:fs'
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

/** Expects that the ledger cannot be opened once the first row has this sealed text, an expression of SQL. */
const rejectsSealed = async (
  t: Test,
  { folder, store, run }: Pick<Awaited<ReturnType<typeof held>>, 'folder' | 'store' | 'run'>,
  text: string,
): Promise<void> => {
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  file.exec(`update ledger set sealed = ${text} where ordinal = 1`)
  file.close()
  const next = await store.hold(run.id)
  await t.rejects((await next.phase('main')).ledger().claim(10), {
    code: 'STORE_UNUSABLE',
    message: /cannot be decrypted/,
  })
  await next.release()
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
  await rejectsSealed(t, { folder, store, run }, '(select sealed from ledger where ordinal = 2)')
})

t.test('rows are sealed four at a time, and each has its own secrets and secret cells', async t => {
  const { folder, store, run, ledger } = await held(t)
  const open = (key: number) => ({ ...user(key), secrets: undefined, input: { password: `Tr0ub4dor&${key}` } })
  const later = {
    ...user(4),
    step: 1,
    secrets: { password: 'Tr0ub4dor&later' },
    input: undefined,
    waits: 'then',
  } as const
  await ledger.add([open(1), user(2), open(3), user(4), later, user(5), user(6), user(7)])
  await ledger.add([user(8)])
  await ledger.arrange()
  const entries = await ledger.entries({ limit: 20 })
  await ledger.settle(
    entries.map(({ ordinal, key, step }) => ({
      ordinal,
      result: { key, step, operation: 'create-user', outcome: 'done' },
    })),
  )
  await run.finish('done')
  await store.read(run.id, async look => {
    const secrets = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(key => look.openSecrets(key, 0)))
    t.strictSame(
      secrets.map(each => each?.['password']),
      [undefined, 'Tr0ub4dor&2', undefined, ...[4, 5, 6, 7, 8].map(key => `Tr0ub4dor&${key}`)],
    )
    t.strictSame(await look.openSecrets(4, 1), later.secrets)
    const cells = (await look.readRows()).map(row => Object.values(look.openInput(row)!).at(-1))
    t.strictSame(
      cells,
      [1, 2, 3, 4, 4, 5, 6, 7, 8].map(key => `Tr0ub4dor&${key}`),
    )
  })
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  t.equal(file.prepare("select count(*) as texts from ledger where sealed like 'page:%'").get()!['texts'], 3)
  file.close()
  for (const path of filesIn(folder)) t.notMatch(readFileSync(path, 'latin1'), /Tr0ub4dor/, `${path} has a password`)
})

t.test('a sealed text that is missing, or is of other rows, opens nothing', async t => {
  const { folder, store, run, ledger } = await held(t)
  await ledger.add([1, 2, 3, 4, 5].map(key => user(key)))
  await ledger.arrange()
  await run.release()
  for (const text of ['(select sealed from ledger where ordinal = 5)', "'-7'", "''", "'page:'"]) {
    await rejectsSealed(t, { folder, store, run }, text)
  }
})

t.test('rows about the same thing are compared with their secrets', async t => {
  const { run, ledger } = await held(t)
  const same = (key: number, password: string) => user(key, { about: 'one', secrets: { password } })
  await ledger.add([
    same(1, 'a'),
    user(2),
    same(3, 'b'),
    same(4, 'a'),
    { ...user(5), about: 'one', secrets: undefined },
  ])
  await ledger.arrange()
  const digests: string[] = []
  for await (const groups of ledger.sameAbout(({ row, secrets }) => JSON.stringify([row.kind, secrets])))
    for (const { entries } of groups) digests.push(...entries.map(({ digest }) => digest))
  const digest = (password: string) => `["create-user",{"password":"${password}"}]`
  t.strictSame(digests, [digest('a'), digest('b'), digest('a'), '["create-user",null]'])
  await run.release()
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

t.test(
  'the inputs of an ended run are opened with its key, and without it only those that have no secrets',
  async t => {
    const { folder, store, run, ledger } = await held(t)
    const main = await run.phase('main')
    const rejected = { userPrincipalName: '?', 'Initial password': 'Tr0ub4dor&0' }
    await main.appendResults(0, [{ key: 1, operation: 'create-user', outcome: 'failed', input: rejected }])
    await ledger.add([user(2), { ...user(3), input: { userPrincipalName: 'u3@contoso.com' } }])
    await ledger.arrange()
    const done = (ordinal: number) =>
      ({ ordinal, result: { key: ordinal + 1, operation: 'create-user', outcome: 'done' } }) as const
    await ledger.settle([done(1), done(2)])
    await run.finish('done')
    const inputs = () =>
      store.read(run.id, async look => (await look.readRows()).map(row => [row.result.key, look.openInput(row)]))
    t.strictSame(await inputs(), [
      [1, rejected],
      [2, { userPrincipalName: 'u2@contoso.com', 'Initial password': 'Tr0ub4dor&2' }],
      [3, { userPrincipalName: 'u3@contoso.com' }],
    ])
    t.strictSame(await store.read(run.id, look => look.openSecrets(3, 0)), { password: 'Tr0ub4dor&3' })
    t.equal(await store.read(run.id, look => look.openSecrets(4, 0)), undefined)
    t.strictSame(await store.read(run.id, look => look.inputOf(1)), rejected)
    t.equal(await store.read(run.id, look => look.inputOf(4)), undefined)
    rmSync(join(folder, 'runs', run.id, 'key'))
    await t.rejects(inputs(), { code: 'STORE_UNUSABLE', message: /cannot be decrypted/ })
    t.strictSame(await store.read(run.id, async look => look.openInput((await look.readRows())[2]!)), {
      userPrincipalName: 'u3@contoso.com',
    })
  },
)

t.test('a run of several phases has the secrets of each, and gives none to a name without the phase', async t => {
  const store = storeIn(t, t.testdir({}))
  const run = await store.create(newRun({ writes: true, pipeline: 'two phases', phases: ['first', 'second'] }))
  for (const [at, name] of ['first', 'second'].entries()) {
    const ledger = (await run.phase(name)).ledger()
    await ledger.add([{ ...user(1), secrets: { password: name }, input: { userPrincipalName: name } }])
    await ledger.arrange()
    await ledger.settle([{ ordinal: at + 1, result: { key: 1, operation: 'create-user', outcome: 'done' } }])
  }
  await run.finish('done')
  await store.read(run.id, async look => {
    for (const phase of ['first', 'second']) {
      t.strictSame(await look.openSecrets(1, 0, phase), { password: phase })
      t.strictSame(await look.inputOf(1, phase), { userPrincipalName: phase })
    }
    t.equal(await look.openSecrets(1, 0), undefined)
    t.equal(await look.openSecrets(1, 0, 'third'), undefined)
    t.equal(await look.inputOf(1), undefined)
  })
})

t.test(
  'secrets that were sealed alone, or came with a result, are destroyed, and those of other rows stay',
  async t => {
    const { folder, store, run, ledger } = await held(t)
    const { secrets: _, ...withoutSecret } = user(4)
    await ledger.add([user(1), user(2, { isAlone: true }), user(3), { ...withoutSecret, input: undefined }])
    await ledger.arrange()
    const settled = (ordinal: number) => ({
      ordinal,
      result: { key: ordinal, operation: 'create-user', outcome: 'done' as const },
    })
    await ledger.settle([settled(1), settled(2), settled(3), { ...settled(4), secrets: { pass: 'A1b2C3d4' } }])
    await run.finish('done')
    const secretsOf = (key: number) => store.read(run.id, reader => reader.openSecrets(key, 0))
    t.strictSame(await Promise.all([1, 2, 3, 4].map(secretsOf)), [
      { password: 'Tr0ub4dor&1' },
      { password: 'Tr0ub4dor&2' },
      { password: 'Tr0ub4dor&3' },
      { pass: 'A1b2C3d4' },
    ])
    const sealed = await store.read(run.id, async reader => [
      await reader.phase('main').ledger().sealedOf(2, 0),
      await reader.phase('main').ledger().sealedOf(4, 0),
    ])
    await store.alter(run.id, each => each.destroySecrets('main', [1, 2, 4]))
    t.strictSame(await Promise.all([1, 2, 3, 4].map(secretsOf)), [
      { password: 'Tr0ub4dor&1' },
      undefined,
      { password: 'Tr0ub4dor&3' },
      undefined,
    ])
    for (const path of filesIn(folder))
      for (const text of sealed) t.notOk(readFileSync(path, 'latin1').includes(text!), `${path} has what was destroyed`)
    t.equal((await store.get(run.id)).status, 'done', 'the run has ended as it did')
  },
)

t.test('a run in progress is not altered', async t => {
  const { store, run } = await held(t)
  await t.rejects(
    store.alter(run.id, async () => undefined),
    { code: 'RUN_ACTIVE' },
  )
  await run.release()
})
