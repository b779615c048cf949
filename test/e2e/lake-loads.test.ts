import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Manifest } from '../../src/core/manifest.ts'
import { objectsAt } from '../../src/places/objects-at.ts'
import { duck } from '../formats/parquet/duck.ts'
import { azurite } from '../servers/azurite.ts'
import { contextWith } from '../servers/context.ts'
import { s3rver } from '../servers/s3rver.ts'
import { unreliable } from '../servers/unreliable.ts'
import { runsOf } from '../programs/killed-command.ts'
import { openBed } from './bed.ts'

const all = async <T>(from: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = []
  for await (const one of from) found.push(one)
  return found
}

const users = 3_000
const bed = await openBed(t, { users })

for (const [what, start] of [
  ['Azurite', azurite],
  ['s3rver', s3rver],
] as const)
  t.test(
    `a load into ${what} that is killed and resumed is seen whole or not at all, although a third of all requests fail`,
    async t => {
      const server = await start(t)
      await server.create('lake')
      /** Called with the path of each request to the store. */
      let heard = (_path: string): void => undefined
      const proxy = await unreliable(t, server.origin, path => heard(path))
      const to = server.folder('lake', 'type=users/', proxy.origin)
      const desk = bed.desk()
      const env = server.variables(proxy.origin)
      const flags = ['--format', 'parquet', '--part-rows', '400', '--checkpoint-rows', '200', '--page-size', '100']
      const load = (select: string) => ['export', 'users', '--select', select, '--to', to, ...flags]

      // The store itself, as a reader sees it.
      const ctx = contextWith(desk.folder, server.variables())
      const lake = objectsAt(server.folder('lake', 'type=users/'))
      const names = async (): Promise<readonly string[]> => {
        const found: string[] = []
        for await (const { name, unfinished } of lake.list(ctx)) if (!unfinished) found.push(name)
        return found.toSorted()
      }
      let reads = 0
      const read = async () => {
        const manifest = JSON.parse(Buffer.from((await lake.get(ctx, '_manifest.json'))!).toString()) as Manifest
        const folder = desk.path(`read-${++reads}`)
        mkdirSync(folder)
        for (const { name } of manifest.files)
          writeFileSync(join(folder, name!), Buffer.concat(await all(lake.read(ctx, name!))))
        const [row] = await duck(
          `select count(*) as rows, count(distinct id) as ids, any_value(typeof("accountEnabled")) as kind from '${folder}/*.parquet'`,
        )
        return {
          run: manifest.run,
          completeness: manifest.completeness,
          parts: manifest.files.map(({ name }) => name!),
          ...row,
        }
      }

      const first = await desk.run([...load('id,accountEnabled'), '--limit', '900'], { env })
      t.equal(first.status, 0, first.stderr)
      const before = await read()
      t.match(before, { rows: '900', ids: '900', kind: 'BOOLEAN' })

      const { child, ended } = desk.start(load('id,displayName,accountEnabled'), { env })
      heard = path => {
        if (/part-[\w-]+-00005\.parquet/.test(path) && !path.includes(before.run!)) child.kill('SIGKILL')
      }
      await ended
      heard = () => undefined
      t.equal(child.signalCode, 'SIGKILL')
      t.strictSame(await read(), before)
      t.ok((await names()).length > before.parts.length + 2, 'parts of the killed load are there')

      const resumed = await desk.run(load('id,displayName,accountEnabled'), { env })
      t.equal(resumed.status, 0, resumed.stderr)
      t.match(resumed.stderr, /Resuming run .*, after [\d,]+ rows/)
      const after = await read()
      t.match(after, { completeness: 'complete', rows: String(users), ids: String(users), kind: 'BOOLEAN' })
      t.strictSame(await names(), ['_manifest.json', ...after.parts])
      t.match(
        (await desk.run(['verify', to], { env })).stdout,
        /matches its manifest: 8 parts with 3,000 rows, complete/,
      )
      t.ok(proxy.seen.failed > 10, `${proxy.seen.failed} of ${proxy.seen.requests} requests failed`)
    },
  )

t.test('what a killed load left is removed by runs discard', async t => {
  const server = await s3rver(t)
  await server.create('lake')
  const proxy = await unreliable(t, server.origin, path => /-00003\.jsonl/.test(path) && kill())
  let kill = (): unknown => undefined
  const desk = bed.desk()
  const env = server.variables(proxy.origin)
  const { child, ended } = desk.start(
    ['export', 'users', '--select', 'id', '--to', 's3://lake/users/', '--format', 'jsonl', '--part-rows', '400'],
    { env },
  )
  kill = () => child.kill('SIGKILL')
  await ended
  const lake = objectsAt('s3://lake/users/')
  const ctx = contextWith(desk.folder, server.variables())
  const names = async () => (await all(lake.list(ctx))).map(({ name }) => name)
  t.ok((await names()).length >= 2)
  const [run] = await runsOf(desk)
  const discarded = await desk.run(['runs', 'discard', run!.id], { env })
  t.equal(discarded.status, 0, discarded.stderr)
  t.strictSame(await names(), [])
})

t.test('addresses that cannot be used are refused before anything is read, and no secret is repeated', async t => {
  const desk = bed.desk()
  const account = 'https://contosolake.blob.core.windows.net/lake'
  for (const [to, why] of [
    [`${account}/users/?sig=hidden`, /is followed by a query|End it with/],
    [`${account}/users.csv`, /only folders of part files are written.*End it with \//],
    ['gs://lake/users/', /is an address that cannot be written to/],
    ['http://contosolake.blob.core.windows.net/lake/', /plain http/],
  ] as const) {
    const { status, stderr } = await desk.run(['export', 'users', '--select', 'id', '--to', to, '--format', 'csv'])
    t.equal(status, 2, to)
    t.match(stderr.replace(/\s+/g, ' '), why)
    t.notMatch(stderr, /hidden/)
  }
  t.strictSame(desk.names(), [])
})
