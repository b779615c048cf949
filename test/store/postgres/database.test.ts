import t from 'tap'
import { openPostgres } from '../../../src/store/postgres/database.ts'
import { isTaken } from '../../../src/store/postgres/errors.ts'
import { postgres, withoutPostgres } from '../../servers/postgres.ts'
import { handClock } from '../fixtures.ts'

t.test('a database of PostgreSQL', { skip: withoutPostgres }, async t => {
  const server = await postgres(t)
  const opened = (url: string, more = {}) => {
    const database = openPostgres({ url, clock: handClock(), ...more })
    t.teardown(() => database.close())
    return database
  }

  t.test('a transaction takes effect as a whole, or not at all', async t => {
    const database = opened(await server.database())
    await database.script('create table public.a (n integer primary key)')
    await database.transaction(async sql => {
      t.equal(await sql.run('insert into public.a select unnest($1::int[])', [[1, 2]]), 2)
    })
    const full = new Error('The disk is full.')
    await t.rejects(
      database.transaction(async sql => {
        await sql.run('insert into public.a values (3)')
        throw full
      }),
      full,
    )
    t.strictSame(await database.rows('select count(*) as n, sum(n) as total from public.a'), [{ n: 2, total: 3 }])
  })

  t.test('a transaction that another one makes fail is run again, with what that one left', async t => {
    const database = opened(await server.database())
    await database.script('create table public.a (n integer); insert into public.a values (0)')
    const add = (isolation: 'serializable' | 'repeatable read') =>
      database.transaction(
        async sql => {
          const [row] = await sql.rows<{ n: number }>('select n from public.a')
          await sql.run('update public.a set n = $1', [row!.n + 1])
        },
        { isolation },
      )
    await Promise.all([add('serializable'), add('repeatable read'), add('serializable'), add('repeatable read')])
    t.strictSame(await database.rows('select n from public.a'), [{ n: 4 }])
  })

  t.test('two transactions that wait for one another both succeed', async t => {
    const database = opened(await server.database())
    await database.script('create table public.a (n integer primary key); insert into public.a values (1), (2)')
    const bothHold = Promise.withResolvers<void>()
    let holding = 0
    const change = (first: number, second: number) =>
      database.transaction(async sql => {
        await sql.run('update public.a set n = n where n = $1', [first])
        if (++holding === 2) bothHold.resolve()
        await bothHold.promise
        await sql.run('update public.a set n = n where n = $1', [second])
      })
    await t.resolves(Promise.all([change(1, 2), change(2, 1)]))
    t.ok(holding > 2, 'one of them was run again')
  })

  t.test('what cannot be used is explained without the password', async t => {
    const url = await server.database()
    const cases: readonly (readonly [string, RegExp])[] = [
      ['mysql://owner:secret@host/a', /^DATABASE_URL is not the address of a PostgreSQL database\.$/],
      ['secret', /^DATABASE_URL is not the address/],
      [
        url.replace('p%25ss', 'secret'),
        /^PostgreSQL at 127\.0\.0\.1:\d+ refuses the user or the password of DATABASE_URL\.$/,
      ],
      [url.replace(/test_\d+$/, 'nothing'), /^PostgreSQL at 127\.0\.0\.1:\d+ has no database nothing\.$/],
      ['postgres://owner:secret@127.0.0.1:1/a', /^PostgreSQL at 127\.0\.0\.1:1 cannot be reached \(ECONNREFUSED\)\.$/],
    ]
    for (const [at, message] of cases) {
      const error = await (async () => opened(at).rows('select 1'))().catch((error: unknown) => error as Error)
      t.match(error, { code: 'STORE_UNUSABLE', message })
      t.notMatch(JSON.stringify([error, String((error as Error).stack)]), /secret|ss\/w|p%/)
      t.equal((error as Error).cause, undefined)
    }
  })

  t.test('a lock that is not freed, and a statement that takes too long, end with an error', async t => {
    const database = opened(await server.database(), { lockMs: 50, statementMs: 500 })
    await database.script('create table public.a (n integer); insert into public.a values (1)')
    await database.transaction(async sql => {
      await sql.run('update public.a set n = 2')
      await t.rejects(database.run('update public.a set n = 3'), {
        code: 'STORE_UNUSABLE',
        message: /did not free a lock/,
      })
    })
    await t.rejects(database.rows('select pg_sleep(5)'), { code: 'STORE_UNUSABLE', message: /too long/ })
    t.strictSame(await database.rows('select n from public.a'), [{ n: 2 }])
  })

  t.test('a connection that the server ended is replaced', async t => {
    const url = await server.database()
    const database = opened(url, { connections: 1 })
    const [{ pid }] = (await database.rows<{ pid: number }>('select pg_backend_pid() as pid')) as [{ pid: number }]
    await t.rejects(
      database.transaction(async sql => {
        await sql.rows('select 1')
        await server.query(url, `select pg_terminate_backend(${pid})`)
        await sql.rows('select 2')
      }),
      { code: 'STORE_UNUSABLE' },
    )
    t.strictSame(await database.rows('select 3 as n'), [{ n: 3 }])
  })

  t.test('a statement that PostgreSQL refuses tells no value of a row', async t => {
    const database = opened(await server.database())
    await database.script('create table public.a (name text primary key)')
    await database.run('insert into public.a values ($1)', ['secret'])
    const twice = await database.run('insert into public.a values ($1)', ['secret']).catch((error: unknown) => error)
    const wrong = await database.rows('select $1::int', ['secret']).catch((error: unknown) => error)
    t.match(twice, { code: 'INTERNAL', facts: { sqlstate: '23505', constraint: 'a_pkey' } })
    t.ok(isTaken(twice, 'a_pkey'))
    t.notOk(isTaken(twice, 'another') || isTaken(wrong, 'a_pkey'))
    t.match(wrong, { code: 'INTERNAL', facts: { sqlstate: '22P02' } })
    t.notMatch(JSON.stringify([twice, wrong]) + String(twice) + String(wrong), /secret/)
  })

  t.test('an address with options and special characters keeps them', async t => {
    const url = new URL(await server.database())
    url.searchParams.set('options', '-c work_mem=5MB')
    const database = opened(url.href)
    t.strictSame(
      await database.rows(`select current_setting('work_mem') as memory, current_setting('search_path') as path`),
      [{ memory: '5MB', path: 'entrapipe' }],
    )
  })
})
