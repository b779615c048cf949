import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { mark } from '../contracts/ledger-rows.ts'
import { openSeal } from '../../src/store/seal.ts'
import { newRun, storeIn } from './fixtures.ts'

t.test('the failures of a run that an earlier version recorded are read, in the order of their rows', async t => {
  const folder = t.testdir({})
  const run = await storeIn(t, folder).create(newRun())
  const failed = { operation: 'test', outcome: 'failed' } as const
  await run.appendResults(0, [
    { key: 7, ...failed, message: 'seven' },
    { key: 3, ...failed, message: 'three' },
  ])
  await run.finish('failed')
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  file.exec(`drop table ledger; drop table work; drop table attempts; drop table intakes; drop table inputs; drop table needs; alter table results drop column entry;
    alter table results rename column ordinal to place; pragma user_version = 1`)
  file.close()
  const read = await storeIn(t, folder).read(run.id, async run => [
    await run.readResults({ outcomes: ['failed'] }),
    await run.countResults(),
  ])
  t.match(read, [[{ message: 'seven' }, { message: 'three' }], { failed: 2 }])
  const held = await storeIn(t, folder).hold(run.id)
  t.match(await held.readFailures(), [{ result: { message: 'three' } }, { result: { message: 'seven' } }])
})

t.test('the ledger of a run that an earlier version recorded belongs to the phase that filled it', async t => {
  const folder = t.testdir({})
  const run = await storeIn(t, folder).create(newRun({ writes: true, phases: ['one', 'two'] }))
  const two = await run.phase('two')
  await two
    .ledger()
    .add([1, 2].map(key => ({ key, row: { kind: 'add-member', value: {} }, about: `${key}`, locks: ['g'] })))
  await two.ledger().arrange()
  await two.ledger().markSent([mark(1)])
  await two.saveNote('intake', {})
  await run.release()
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  file.exec(
    'drop table inputs; drop table needs; drop table intakes; alter table work drop column lost; alter table work drop column answered; alter table work drop column due; alter table ledger add column digest text; pragma user_version = 4',
  )
  file.close()
  const counts = await storeIn(t, folder).read(run.id, run =>
    Promise.all(['one', 'two'].map(phase => run.phase(phase).ledger().count())),
  )
  t.strictSame(counts, [
    { waiting: 0, pending: 0, sent: 0, settled: 0 },
    { waiting: 0, pending: 1, sent: 1, settled: 0 },
  ])
})

t.test('the inputs of a ledger that an earlier version recorded are read, each with its own columns', async t => {
  const folder = t.testdir({})
  const run = await storeIn(t, folder).create(newRun({ writes: true }))
  const inputs = [{ member: 'a' }, { member: 'b', password: 'Sommer2026!x' }, { member: 'c', password: '' }]
  const entries = inputs.map((input, at) => ({
    key: at + 1,
    row: { kind: 'add-member', value: {} },
    about: `${at}`,
    locks: ['g'],
    input,
  }))
  const ledger = (await run.phase('main')).ledger()
  await ledger.add(entries)
  await ledger.arrange()
  await run.release()
  const read = () =>
    storeIn(t, folder).read(run.id, async look =>
      (await look.readPending()).map(({ input, key }) => [key, input?.columns, input?.sealed !== undefined]),
    )
  const found = [
    [1, [['member', 'a']], false],
    [2, [['member', 'b'], ['password']], true],
    [
      3,
      [
        ['member', 'c'],
        ['password', ''],
      ],
      false,
    ],
  ]
  t.strictSame(await read(), found)

  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  const put = file.prepare('update ledger set input = ? where key = ?')
  put.run(JSON.stringify({ columns: [['member', 'a']] }), 1)
  put.run(JSON.stringify({ columns: [['member', 'b'], ['password']], sealed: 'closed' }), 2)
  put.run('{"columns":[["member","c"],["password",""]]}', 3)
  file.exec(
    'drop table inputs; drop table needs; alter table work drop column answered; alter table work drop column due; alter table ledger add column digest text; pragma user_version = 5',
  )
  file.close()
  t.strictSame(await read(), found)
})

t.test('the secrets of a ledger that an earlier version recorded are opened, each sealed alone', async t => {
  const folder = t.testdir({})
  const run = await storeIn(t, folder).create(newRun({ writes: true }))
  const ledger = (await run.phase('main')).ledger()
  await ledger.add(
    [1, 2].map(key => ({
      key,
      row: { kind: 'create-user', value: {} },
      secrets: { password: 'new' },
      about: `${key}`,
      locks: ['u'],
      input: { password: 'new' },
    })),
  )
  await ledger.arrange()
  await ledger.settle([{ ordinal: 1, result: { key: 1, operation: 'create-user', outcome: 'failed' } }])
  await run.release()
  const seal = openSeal({ key: join(folder, 'runs', run.id, 'key') })
  const sealed = (kind: string, secret: unknown) =>
    seal.close(JSON.stringify(secret), JSON.stringify([run.id, `${kind} of main`, 1, 0]))
  const file = new DatabaseSync(join(folder, 'runs', run.id, 'run.sqlite'))
  file
    .prepare('update ledger set sealed = ?, input = ? where key = 1')
    .run(sealed('ledger', { password: 'old' }), JSON.stringify([1, sealed('ledger input', ['old'])]))
  file.exec(
    'drop table needs; alter table work drop column answered; alter table work drop column due; alter table ledger add column digest text; pragma user_version = 6',
  )
  file.close()
  await storeIn(t, folder).read(run.id, async look => {
    t.strictSame(await look.openSecrets(1, 0), { password: 'old' })
    t.strictSame(await look.inputOf(1), { password: 'old' })
  })
})
