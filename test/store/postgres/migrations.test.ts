import t from 'tap'
import { openPostgres, type Postgres } from '../../../src/store/postgres/database.ts'
import { checkSchema, migrate, schemaStatus, type SchemaPart } from '../../../src/store/postgres/migrations.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { handClock } from '../fixtures.ts'

t.test('migrations', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const opened = async (
    t: { teardown(end: () => Promise<void>): void },
    processes = 1,
  ): Promise<readonly Postgres[]> => {
    const url = await server.database()
    return Array.from({ length: processes }, () => {
      const database = openPostgres({ url, clock: handClock() })
      t.teardown(() => database.close())
      return database
    })
  }
  const all = [
    'create table a (n integer)',
    'alter table a add m integer; create table b (n integer)',
    'create table c ()',
    '',
  ]
  const ofVersion = (version: number, name = 'parts'): SchemaPart => ({ name, versions: all.slice(0, version) })

  t.test('processes that migrate at once run each version once', async t => {
    const databases = await opened(t, 4)
    const before = await Promise.all(databases.map(database => migrate(database, [ofVersion(3)])))
    t.strictSame(before.map(([part]) => part!.version).sort(), [0, 3, 3, 3])
    t.strictSame(await schemaStatus(databases[0]!, [ofVersion(4), { name: 'other', versions: [''] }]), [
      { name: 'parts', version: 3, wanted: 4 },
      { name: 'other', version: 0, wanted: 1 },
    ])
  })

  t.test('a pooler that drops the settings of a connection is refused, and nothing is made elsewhere', async t => {
    const [database] = (await opened(t)) as [Postgres]
    const dropping: Postgres = {
      ...database,
      rows: async (text, values) => {
        await database.script('set search_path to public')
        return database.rows(text, values)
      },
    }
    const pooled: Postgres = {
      ...dropping,
      transaction: (work, how) =>
        database.transaction(async sql => {
          await sql.script('set search_path to public')
          return work(sql)
        }, how),
    }
    const works: readonly (() => Promise<unknown>)[] = [
      () => checkSchema(dropping, [ofVersion(1)]),
      () => migrate(pooled, [ofVersion(1)]),
    ]
    for (const work of works)
      await t.rejects(work, { code: 'STORE_UNUSABLE', message: /does not keep the settings of a connection\.$/ })
    t.strictSame(await database.rows(`select tablename from pg_tables where schemaname = 'public'`), [])
  })

  t.test('each part has numbers of its own, and later versions keep what is there', async t => {
    const [database] = (await opened(t)) as [Postgres]
    await migrate(database, [ofVersion(1)])
    await database.run('insert into a values (1)')
    await migrate(database, [ofVersion(2), { name: 'other', versions: ['create table d (n integer)'] }])
    t.strictSame(await database.rows('select n, m from a'), [{ n: 1, m: null }])
    t.strictSame(await database.rows('select part, version from versions order by part, version'), [
      { part: 'other', version: 1 },
      { part: 'parts', version: 1 },
      { part: 'parts', version: 2 },
    ])
  })

  t.test('a program works with a schema that is one version newer, and with no other', async t => {
    const [database] = (await opened(t)) as [Postgres]
    await t.rejects(checkSchema(database, [ofVersion(1)]), {
      code: 'STORE_UNUSABLE',
      message: /has no tables of entrapipe/,
      fix: /store migrate/,
    })
    await migrate(database, [ofVersion(3)])
    for (const [version, allowed] of [
      [4, false],
      [3, true],
      [2, true],
      [1, false],
    ] as const)
      await (allowed ? t.resolves : t.rejects)(checkSchema(database, [ofVersion(version)]), `version ${version}`)
    await t.rejects(migrate(database, [ofVersion(1)]), {
      code: 'STORE_UNUSABLE',
      message: /newer entrapipe: its schema parts has version 3, and this one knows 1/,
    })
    t.match(await migrate(database, [ofVersion(2)]), [{ version: 3, wanted: 2 }], 'one newer stays as it is')
  })

  t.test('a version that fails leaves nothing behind', async t => {
    const [database] = (await opened(t)) as [Postgres]
    const wrong: SchemaPart = { name: 'parts', versions: [all[0]!, 'create table b (n integer); select 1/0'] }
    await t.rejects(migrate(database, [wrong]), { code: 'INTERNAL' })
    t.strictSame(await database.rows(`select to_regclass('entrapipe.a') as a`), [{ a: null }])
    await migrate(database, [ofVersion(1)])
    t.strictSame(await database.rows('select n from a'), [])
  })
})
