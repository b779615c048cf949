import type { Test } from 'tap'
import { migrate } from '../../../src/store/tables/migrate.ts'
import { migrations } from '../../../src/store/tables/migrations.ts'
import type { Tables } from '../../../src/store/tables/tables.ts'

/** What tables promise, whatever database they are in. `open` opens the same empty tables at each call. */
export const tablesContract = async (t: Test, open: () => Promise<Tables>): Promise<void> => {
  const tables = await open()
  t.teardown(() => tables.close())
  await migrate(tables, () => 0)
  await tables.query('create table things (id integer primary key, name text, size bigint)')
  const things = (from: Pick<Tables, 'query'> = tables) => from.query('select id, name, size from things order by id')
  const add = (id: number, from: Pick<Tables, 'query'> = tables) =>
    from.query('insert into things (id, name, size) values ($1, $2, $3)', [id, `thing ${id}`, id * 2 ** 40])

  await t.test('values come back as they were given, and a value is never part of the SQL', async t => {
    await add(1)
    await tables.query('insert into things (id, name, size) values ($1, $2, $3)', [
      2,
      `'); drop table things; --`,
      null,
    ])
    t.strictSame(
      (await things()).map(line => ({ ...line })),
      [
        { id: 1, name: 'thing 1', size: 2 ** 40 },
        { id: 2, name: `'); drop table things; --`, size: null },
      ],
    )
    await tables.query('delete from things')
  })

  await t.test('a statement may use a value twice, change lines only as they were, and return them', async t => {
    await add(1)
    const change = () =>
      tables.query(`update things set name = $2 where id = $1 and name <> $2 returning id, name`, [1, 'new'])
    t.strictSame(
      (await change()).map(line => ({ ...line })),
      [{ id: 1, name: 'new' }],
    )
    t.strictSame(await change(), [])
    await tables.query('delete from things')
  })

  await t.test('of two lines with the same key the second is left out, and says so', async t => {
    const once = (name: string) =>
      tables.query('insert into things (id, name) values ($1, $2) on conflict do nothing returning id', [7, name])
    const found = await Promise.all([once('first'), once('second')])
    t.strictSame(found.map(lines => lines.length).sort(), [0, 1])
    await tables.query('delete from things')
  })

  await t.test('a transaction that throws leaves nothing', async t => {
    const failed = tables.transaction(async on => {
      await add(1, on)
      throw new Error('on purpose')
    })
    await t.rejects(failed, { message: 'on purpose' })
    t.strictSame(await things(), [])
  })

  await t.test('queries beside a transaction are not part of it', async t => {
    let go: () => void = () => undefined
    const waiting = new Promise<void>(resolve => (go = resolve))
    const undone = tables
      .transaction(async on => {
        await add(1, on)
        await waiting
        throw new Error('on purpose')
      })
      .catch(() => 'undone')
    const beside = add(2)
    go()
    t.equal(await undone, 'undone')
    await beside
    t.strictSame(
      (await things()).map(({ id }) => id),
      [2],
    )
    await tables.query('delete from things')
  })

  await t.test('what one connection commits another one sees', async t => {
    const other = await open()
    try {
      await tables.transaction(on => add(3, on))
      t.strictSame(
        (await things(other)).map(({ id }) => id),
        [3],
      )
    } finally {
      await other.close()
    }
    await tables.query('delete from things')
  })

  await t.test('transactions that must be alone run one after the other', async t => {
    const other = await open()
    const seen: string[] = []
    const enter = (on: Tables, name: string) =>
      on.transaction(async queries => {
        seen.push(`${name} begins`)
        await things(queries)
        seen.push(`${name} ends`)
      }, true)
    // The second one of SQLite waits without giving up the thread: it is asked for once the first has ended.
    await Promise.all([enter(tables, 'a'), enter(tables, 'b')])
    await enter(other, 'c')
    await other.close()
    t.strictSame(
      seen.map(text => text.slice(2)),
      ['begins', 'ends', 'begins', 'ends', 'begins', 'ends'],
    )
  })

  await t.test('tables at their newest version are left as they are', async t => {
    t.strictSame(await migrate(tables, () => 0), [])
    t.strictSame(
      migrations.map(({ number }) => number),
      migrations.map((_, at) => at + 1),
    )
  })

  await t.test('a migration that fails leaves the tables at the version before', async t => {
    const number = migrations.length + 1
    const wrong = [...migrations, { number, statements: ['create table extra (id integer)', 'no SQL'] }]
    await t.rejects(migrate(tables, () => 0, wrong))
    const right = [...migrations, { number, statements: ['create table extra (id integer)'] }]
    t.strictSame(await migrate(tables, () => 0, right), [number])
  })

  await t.test('tables of a newer program are refused', async t => {
    await t.rejects(
      migrate(tables, () => 0),
      { code: 'STORE_UNUSABLE', message: /newer version/ },
    )
  })
}
