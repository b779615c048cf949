import { Duplex, PassThrough, Readable, Transform, Writable } from 'node:stream'
import t from 'tap'
import {
  foreignSource,
  foreignSink,
  isForeignDuplex,
  isForeignReadable,
  isForeignWritable,
  pagesOf,
} from '../../src/engine/foreign.ts'
import { sinkContract } from '../../src/contracts/sink.ts'
import type { Context } from '../../src/core/context.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { users } from '../../src/sources/users.ts'
import { keeps } from '../contracts/keeps.ts'

const ctx = { signal: new AbortController().signal } as Context

t.test('foreign streams are distinguished from parts by the checks of node:stream', async t => {
  const readable = Readable.from([1])
  const writable = new Writable({ objectMode: true })
  const duplex = new PassThrough({ objectMode: true })
  t.strictSame([readable, writable, duplex].map(isForeignReadable), [true, false, true])
  t.strictSame([readable, writable, duplex].map(isForeignWritable), [false, true, true])
  t.strictSame([readable, writable, duplex, new Duplex()].map(isForeignDuplex), [false, false, true, true])
  t.strictSame(
    [users(), jsonl({ to: '-' })].map(part => [isForeignReadable(part), isForeignWritable(part)]),
    [
      [false, false],
      [false, false],
    ],
  )
})

t.test('values of a stream become rows with ordinal keys, each once', async t => {
  const rows = []
  for await (const page of pagesOf(Readable.from(Array.from({ length: 1200 }, (_, at) => at)), ctx))
    rows.push(...page.rows)
  t.strictSame(rows[0], { key: 1, value: 0 })
  t.strictSame(rows.at(-1), { key: 1200, value: 1199 })
  t.equal(rows.length, 1200)
})

t.test('a stream that fails ends the reading with its error, after the earlier values', async t => {
  const broken = Readable.from(
    (function* () {
      yield 1
      yield 2
      throw new Error('torn')
    })(),
  )
  const seen: unknown[] = []
  await t.rejects(
    (async () => {
      for await (const page of foreignSource(broken).read(ctx, { name: 'stream' })) seen.push(...page.rows)
    })(),
    { message: 'torn' },
  )
})

t.test('a reader that stops destroys the stream', async t => {
  const stream = Readable.from(Array.from({ length: 10_000 }, (_, at) => at))
  for await (const _ of pagesOf(stream, ctx)) break
  t.equal(stream.destroyed, true)
})

t.test('an abort ends the reading of a silent stream with its reason, and destroys it', async t => {
  const stream = new PassThrough({ objectMode: true })
  const stop = new AbortController()
  const pages = pagesOf(stream, { signal: stop.signal })
  const next = pages.next()
  stop.abort(new Error('enough'))
  await t.rejects(next, { message: 'enough' })
  t.equal(stream.destroyed, true)
})

t.test('a null is a failed row if the sink is a Writable, and the others are written', async t => {
  const got: unknown[] = []
  const stream = new Writable({ objectMode: true, write: (value, _encoding, done) => (got.push(value), done()) })
  const settled: unknown[] = []
  const writer = await foreignSink(stream).open({ ...ctx, settled: result => void settled.push(result) })
  await writer.write([
    { key: 1, value: 'a' },
    { key: 2, value: null },
    { key: 3, value: 'c' },
  ])
  t.match(await writer.finish(), [{ rows: 2 }])
  t.strictSame(got, ['a', 'c'])
  t.match(settled, [{ key: 2, operation: 'stream', outcome: 'failed', code: 'ROW_INVALID' }])
})

t.test('a Writable receives values; commit ends it, abort destroys it', async t => {
  const got: unknown[] = []
  const collect = (): Transform =>
    new Transform({
      objectMode: true,
      highWaterMark: 1,
      transform(value, _encoding, done) {
        got.push(value)
        done()
      },
    }).resume()
  const committed = collect()
  const writer = await foreignSink(committed).open(ctx)
  await writer.write([
    { key: 1, value: 'a' },
    { key: 2, value: 'b' },
    { key: 3, value: 'c' },
  ])
  t.match(await writer.finish(), [{ rows: 3 }])
  await writer.close('commit')
  t.strictSame(got, ['a', 'b', 'c'])
  t.equal(committed.writableFinished, true)
  const aborted = collect()
  await (await foreignSink(aborted).open(ctx)).close('abort')
  t.equal(aborted.destroyed, true)
})

t.test('a Writable that fails, or is closed early, fails the write', async t => {
  const failing = new Writable({ objectMode: true, highWaterMark: 1, write: (_v, _e, done) => done(new Error('full')) })
  const writer = await foreignSink(failing).open(ctx)
  await t.rejects(
    writer.write([
      { key: 1, value: 1 },
      { key: 2, value: 2 },
    ]),
    { message: 'full' },
  )
  const closing = new Writable({ objectMode: true, highWaterMark: 1, write() {} })
  const closed = await foreignSink(closing).open(ctx)
  const written = closed.write([
    { key: 1, value: 1 },
    { key: 2, value: 2 },
  ])
  closing.destroy()
  await t.rejects(written)
})

t.test('a Writable that fails and stays open ends a write that waits for room', async t => {
  const failing = new Writable({
    objectMode: true,
    highWaterMark: 1,
    autoDestroy: false,
    write: (_value, _encoding, done) => void setImmediate(() => done(new Error('refused'))),
  })
  const writer = await foreignSink(failing).open(ctx)
  await t.rejects(writer.write([1, 2, 3].map(key => ({ key, value: key }))), { message: 'refused' })
})

t.test('a Writable passes the contract of a sink that is not resumable', t => {
  const arrived = new Map<string, unknown[]>()
  return keeps(
    t,
    sinkContract({
      make(folder) {
        const values = arrived.get(folder) ?? []
        arrived.set(folder, values)
        return foreignSink(new Writable({ objectMode: true, write: (value, _, done) => (values.push(value), done()) }))
      },
      read: async folder => (arrived.get(folder)?.length ? arrived.get(folder) : undefined),
      refused: [null],
    }),
  )
})
