import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import t from 'tap'
import type { Context } from '../../src/core/context.ts'
import { placeContract } from '../../src/contracts/place.ts'
import { filePlace } from '../../src/places/file-place.ts'
import { destinationAt, placeTo } from '../../src/places/place-to.ts'
import { stdoutPlace } from '../../src/places/stdout-place.ts'
import { partContext } from '../contracts/part-context.ts'
import { keeps } from '../contracts/keeps.ts'
import { blobStore, memoryPlace } from './memory-place.ts'

/** What `make` makes, one for each folder. */
const forEach = <T>(make: () => T): ((folder: string) => T) => {
  const made = new Map<string, T>()
  return folder => {
    if (!made.has(folder)) made.set(folder, make())
    return made.get(folder)!
  }
}

t.test('a file keeps the contract of a place', t =>
  keeps(
    t,
    placeContract({
      make: () => filePlace('out/x.txt'),
      read: folder => readFile(join(folder, 'out/x.txt')).catch(() => undefined),
    }),
  ),
)

t.test('stdout keeps the contract of a place', t => {
  const streamOf = forEach(() => ({ stream: new PassThrough({ highWaterMark: 1_000_000 }), arrived: [] as Buffer[] }))
  return keeps(
    t,
    placeContract({
      make: folder => stdoutPlace(streamOf(folder).stream),
      async read(folder) {
        const { stream, arrived } = streamOf(folder)
        for (let chunk; (chunk = stream.read() as Buffer | null) !== null;) arrived.push(chunk)
        return arrived.length === 0 ? undefined : Buffer.concat(arrived)
      },
    }),
  )
})

t.test('blocks in memory, whose marks usually belong to an older cut, keep the contract of a place', t => {
  const storeOf = forEach(blobStore)
  return keeps(
    t,
    placeContract({
      make: folder => memoryPlace(storeOf(folder), 'x'),
      read: async folder => storeOf(folder).published.get('x')?.bytes,
    }),
  )
})

t.test('- is stdout, anything else is a file, and a recorded target leads back to its file', async t => {
  const folder = t.testdir({ 'x.csv.partial': '' })
  const { ctx } = partContext(folder)
  t.equal(placeTo('-').resumable, false)
  t.equal(placeTo('-').stream, process.stdout)
  const target = placeTo('x.csv').target(ctx)!
  t.equal(await destinationAt(target)!.leftover(ctx), join(folder, 'x.csv.partial'))
  t.equal(destinationAt('s3://bucket/x.csv'), undefined)
})

t.test('a recorded target of objects leads back to them, and a file is written on this machine only', async t => {
  const { ctx } = partContext(t.testdir({}))
  for (const target of [
    'https://contosolake.blob.core.windows.net/lake/users/',
    's3://contoso-lake/users/',
    's3+https://minio.example.com/lake/users/',
  ])
    t.equal(destinationAt(target)!.target(ctx), target)
  for (const to of ['s3://bucket/x.csv', 'https://contosolake.blob.core.windows.net/lake/x.csv'])
    t.throws(() => placeTo(to), { code: 'OPTION_INVALID', message: /^[^?]* is an address of another machine/ })
  for (const path of ['x.csv', 'users/'])
    t.throws(() => placeTo(`https://contosolake.blob.core.windows.net/lake/${path}?sv=2025&sig=hidden`), {
      code: 'OPTION_INVALID',
      message: /^[^?]* is followed by a query/,
      fix: /AZURE_STORAGE_SAS_TOKEN/,
    })
})

t.test('~/ is the home folder, in whatever folder the command is run', async t => {
  const { ctx } = partContext(t.testdir({}))
  const home = t.testdirName
  const environment = { ...ctx.environment, cwd: join(home, 'here'), home }
  const away = Object.create(ctx, { environment: { value: environment } }) as Context
  const writer = await filePlace('~/x.csv').open(away)
  await writer.finish([Buffer.from('abc')], 1)
  await writer.close('commit')
  t.equal(await readFile(join(home, 'x.csv'), 'utf8'), 'abc')
  t.throws(() => filePlace('~bob/x.csv').target(away), { code: 'OPTION_INVALID' })
})
