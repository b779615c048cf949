import t, { type Test } from 'tap'
import { PassThrough, Readable, Transform as NodeTransform, Writable } from 'node:stream'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/core/clock.ts'
import { DownstreamClosed } from '../../src/core/downstream-closed.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Environment } from '../../src/core/environment.ts'
import type { Source, Transform } from '../../src/core/parts.ts'
import type { Row } from '../../src/core/row.ts'
import { execute } from '../../src/engine/execute.ts'
import { destinationAt } from '../../src/places/place-to.ts'
import type { RunRequest } from '../../src/engine/run-request.ts'
import type { Plan } from '../../src/engine/plan.ts'
import type { RunEvent } from '../../src/engine/progress.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { jsonl as fromJsonl } from '../../src/sources/jsonl.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { Store } from '../../src/store/store.ts'
import type { NewRun } from '../../src/store/types.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { filter } from '../../src/transforms/filter.ts'
import { map } from '../../src/transforms/map.ts'
import { onlyPhase } from '../../src/store/types.ts'
import { nothingUsed } from './nothing-used.ts'

/** Numbers 0 … n-1 in pages of ten; breaks off where it is told to. */
const numbers = (n: number, breaks?: { at: number | undefined }): Source<{ readonly n: number }> => ({
  kind: 'numbers',
  describe: async () => ({ n }),
  async *read(_ctx, _shard, from) {
    for (let at = (from as number | undefined) ?? 0; at < n;) {
      if (breaks?.at !== undefined && at >= breaks.at) throw new EntrapipeError('GRAPH_UNAVAILABLE', 'It broke off.')
      const end = Math.min(n, at + 10)
      const rows = []
      for (; at < end; at++) rows.push({ key: at, value: { n: at } })
      yield { rows, position: at }
    }
  },
})

interface Bed {
  readonly folder: string
  readonly store: Store
  readonly events: RunEvent[]
  readonly request: (plan: unknown, more?: Partial<RunRequest>) => RunRequest
}

const bed = (t: Test): Bed => {
  const folder = t.testdir({ out: {} })
  const environment: Environment = {
    variable: name => (name === 'ENTRAPIPE_STORE' ? join(folder, 'store') : undefined),
    cwd: folder,
    home: folder,
    tmp: folder,
    platform: process.platform,
  }
  const store = openStore({ environment, clock: systemClock })
  t.teardown(() => store.close())
  const events: RunEvent[] = []
  return {
    folder,
    store,
    events,
    request: (plan, more) => ({
      pipeline: 'test',
      params: {},
      plan: plan as Plan,
      store,
      places: destinationAt,
      environment,
      clock: systemClock,
      signal: new AbortController().signal,
      version: '0.0.0',
      codeHash: 'same',
      onEvent: event => void events.push(event),
      ...more,
    }),
  }
}

const linesOf = (folder: string, name: string): unknown[] =>
  readFileSync(join(folder, name), 'utf8')
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown)

t.test(
  'rows are written to a file that gets its name only when complete, with a manifest that counts them',
  async t => {
    const { folder, request } = bed(t)
    const end = await execute(
      request({
        source: numbers(95),
        transforms: [
          filter<{ n: number }>(value => value.n % 2 === 0),
          map((value: { n: number }) => ({ n: value.n * 10 })),
        ],
        sink: jsonl({ to: 'out/n.jsonl' }),
      }),
    )
    t.equal(end.end, 'done')
    t.strictSame(readdirSync(join(folder, 'out')).sort(), ['n.jsonl', 'n.jsonl.manifest.json'])
    t.strictSame(linesOf(folder, 'out/n.jsonl').length, 48)
    t.match(end.manifest, {
      completeness: 'complete',
      counts: { read: 95, dropped: 47, written: 48, failed: 0, repeated: 0 },
      files: [{ path: 'out/n.jsonl', rows: 48, format: 'jsonl' }],
    })
    t.strictSame(JSON.parse(readFileSync(join(folder, 'out/n.jsonl.manifest.json'), 'utf8')), end.manifest)
  },
)

t.test('an interrupted run resumes from its last checkpoint, without lost or repeated rows', async t => {
  const { folder, request, events } = bed(t)
  const breaks: { at: number | undefined } = { at: 70 }
  const plan = () => ({
    source: numbers(200, breaks),
    transforms: [dedupe({ by: 'n' }), filter<{ n: number }>(value => value.n % 3 !== 0)],
    sink: jsonl({ to: 'out/n.jsonl' }),
    rowsPerCut: 20,
  })
  await t.rejects(execute(request(plan())), { code: 'GRAPH_UNAVAILABLE' })
  t.strictSame(readdirSync(join(folder, 'out')), ['n.jsonl.partial'])
  breaks.at = undefined
  const end = await execute(request(plan()))
  t.match(events.at(-1), { event: 'resumed' })
  t.equal(end.manifest?.resumed, 1)
  t.strictSame(
    linesOf(folder, 'out/n.jsonl').map(value => (value as { n: number }).n),
    Array.from({ length: 200 }, (_, n) => n).filter(n => n % 3 !== 0),
  )
  t.match(end.manifest?.counts, { read: 200, dropped: 67, written: 133 })
})

t.test('--fresh starts over, and a run older than a day is started over too', async t => {
  const { request, events, store } = bed(t)
  const breaks: { at: number | undefined } = { at: 50 }
  const plan = () => ({ source: numbers(60, breaks), sink: jsonl({ to: 'out/n.jsonl' }), rowsPerCut: 20 })
  await t.rejects(execute(request(plan())))
  await t.rejects(execute(request(plan(), { fresh: true })))
  t.match(events.at(-1), { event: 'started-over', why: 'as requested' })
  const tomorrow = { ...systemClock, now: () => Date.now() + 25 * 60 * 60 * 1000 }
  await t.rejects(execute(request(plan(), { clock: tomorrow })))
  t.match(events.at(-1), { event: 'started-over', why: /older than a day/ })
  t.equal((await store.list({ status: ['failed'] })).length, 1)
})

t.test('a pipeline whose code has changed is resumed only with --force', async t => {
  const { request, events } = bed(t)
  const breaks: { at: number | undefined } = { at: 50 }
  const plan = () => ({ source: numbers(60, breaks), sink: jsonl({ to: 'out/n.jsonl' }), rowsPerCut: 20 })
  await t.rejects(execute(request(plan())))
  breaks.at = undefined
  await t.rejects(execute(request(plan(), { codeHash: 'other' })), { code: 'RUN_CHANGED', exit: 2 })
  await execute(request(plan(), { codeHash: 'other', force: true }))
  t.match(events.at(-1), { event: 'resumed' })
})

t.test(
  'an interrupted run keeps its partial and reports the interruption; one that cannot be resumed keeps nothing',
  async t => {
    const { folder, request, store } = bed(t)
    const stop = new AbortController()
    const stopping = map((value: { n: number }) => {
      if (value.n === 75) stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
      return value
    })
    await t.rejects(
      execute(
        request(
          { source: numbers(1000), transforms: [stopping], sink: jsonl({ to: 'out/n.jsonl' }), rowsPerCut: 10 },
          { signal: stop.signal },
        ),
      ),
      { code: 'INTERRUPTED', exit: 130 },
    )
    t.strictSame(readdirSync(join(folder, 'out')), ['n.jsonl.partial'])
    t.match((await store.list())[0], { status: 'interrupted' })
    mkdirSync(join(folder, 'other'))
    const readable = Readable.from(
      (function* () {
        yield { n: 1 }
        throw new Error('torn')
      })(),
    )
    await t.rejects(execute(request({ source: readable, sink: jsonl({ to: 'other/n.jsonl' }) })), { message: 'torn' })
    t.strictSame(readdirSync(join(folder, 'other')), [])
  },
)

t.test('failed rows are results of the run, and the others are written', async t => {
  const { folder, request, store } = bed(t)
  const end = await execute(
    request({
      source: numbers(30),
      transforms: [
        map((value: { n: number }) => {
          if (value.n % 10 === 7)
            throw new EntrapipeError('ROW_INVALID', 'n: ends in seven', { facts: { column: 'n' } })
          return value
        }),
      ],
      sink: jsonl({ to: 'out/n.jsonl' }),
    }),
  )
  t.equal(end.manifest?.counts.failed, 3)
  t.equal(linesOf(folder, 'out/n.jsonl').length, 27)
  t.match(
    await store.read(end.run, run => run.readResults()),
    [7, 17, 27].map(key => ({ key, operation: 'map', outcome: 'failed', code: 'ROW_INVALID', target: 'n' })),
  )
})

/** Holds all rows back, then gives those that are no multiple of three. */
const held = (): Transform<{ readonly n: number }, { readonly n: number }> => ({
  kind: 'held',
  open: (_ctx, saved) => {
    const rows = [...((saved as number[] | undefined) ?? [])]
    return {
      page(page) {
        rows.push(...page.map(({ value }) => value.n))
        return []
      },
      end: () => rows.filter(n => n % 3 > 0).map(n => ({ key: n, value: { n } })),
      save: () => [...rows],
    }
  },
})

t.test('rows that a step returns at its end are counted once, also across several processes', async t => {
  const { request } = bed(t)
  const counts = { read: 90, dropped: 30 + 18, failed: 6, written: 36 }
  const plan = (breaks?: { at: number }) => ({
    source: numbers(90, breaks),
    transforms: [
      held(),
      filter<{ n: number }>(value => value.n % 10 < 7),
      map((value: { n: number }) => {
        if (value.n % 10 === 0) throw new EntrapipeError('ROW_INVALID', 'n: ends in zero', { facts: { column: 'n' } })
        return value
      }),
    ],
    sink: jsonl({ to: 'out/n.jsonl' }),
    rowsPerCut: 20,
  })
  t.match((await execute(request(plan()))).manifest?.counts, counts)
  await t.rejects(execute(request({ ...plan({ at: 50 }), sink: jsonl({ to: 'out/m.jsonl' }) })))
  const { manifest } = await execute(request({ ...plan(), sink: jsonl({ to: 'out/m.jsonl' }) }))
  t.match(manifest, { resumed: 1, counts })
})

t.test('rows that a step holds back temporarily are not counted as dropped', async t => {
  const { request } = bed(t)
  const late: Transform<{ readonly n: number }, { readonly n: number }> = {
    kind: 'late',
    open: () => {
      let before: readonly Row<{ readonly n: number }>[] = []
      return {
        page(page) {
          const rows = before
          before = page
          return rows
        },
        end: () => before,
      }
    },
  }
  const end = await execute(
    request({ source: numbers(35), transforms: [late], sink: jsonl({ to: 'out/n.jsonl' }), rowsPerCut: 10 }),
  )
  t.match(end.manifest?.counts, { read: 35, dropped: 0, written: 35 })
})

/** A store whose runs cannot write down how they end. */
const fullStore = (store: Store): Store =>
  Object.create(store, {
    create: {
      value: async (run: NewRun) => {
        const made = await store.create(run)
        return Object.assign(made, {
          async finish() {
            await made.release()
            throw new EntrapipeError('DISK_FULL', 'There is no room left on the disk of the store.')
          },
        })
      },
    },
  }) as Store

t.test('the reason why a run ended is reported even if its end cannot be recorded', async t => {
  const { request, store } = bed(t)
  const full = { store: fullStore(store) }
  const broken = { source: numbers(60, { at: 50 }), sink: jsonl({ to: 'out/n.jsonl' }), rowsPerCut: 20 }
  await t.rejects(execute(request(broken, full)), { code: 'GRAPH_UNAVAILABLE', message: 'It broke off.' })
  t.match((await store.list())[0], { status: 'interrupted' })
  const closing = {
    kind: 'closing',
    resumable: false,
    open: async () => ({
      write: async () => Promise.reject(new DownstreamClosed('enough')),
      checkpoint: async (cut: number) => ({ mark: {}, cut }),
      finish: async () => [],
      close: async () => Promise.reject(new Error('cannot be closed')),
    }),
  }
  t.match(await execute(request({ source: numbers(10), sink: closing }, full)), { end: 'closed' })
  t.match(await execute(request({ source: numbers(20), sink: closing })), { end: 'closed' })
  t.equal((await store.list())[0]?.status, 'done', 'the run is not held')
})

t.test('a checkpoint that becomes safe only while its file is being removed is deleted', async t => {
  const { request, store } = bed(t)
  const stop = new AbortController()
  let safe = (): void => {}
  const ends: string[] = []
  const slow = {
    kind: 'slow',
    open: async () => ({
      write: async () => undefined,
      checkpoint: (cut: number) =>
        new Promise(resolve => {
          safe = () => resolve({ mark: { cut }, cut })
          stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
        }),
      finish: async () => [],
      async close(end: string) {
        ends.push(end)
        safe()
        await new Promise(setImmediate)
      },
    }),
  }
  await t.rejects(execute(request({ source: numbers(60), sink: slow, rowsPerCut: 20 }, { signal: stop.signal })), {
    code: 'INTERRUPTED',
  })
  t.strictSame(ends, ['abort'])
  t.equal(await store.read((await store.list())[0]!.id, run => run.phase(onlyPhase).loadCheckpoint()), undefined)
})

t.test('a source cannot keep state in the store, because its positions do not rewind it', async t => {
  for (const keep of ['set', 'map'] as const) {
    const { request, store } = bed(t)
    const keeping: Source<unknown> = {
      kind: 'keeping',
      async *read(ctx) {
        ctx.store[keep]('seen')
        yield { rows: [], position: 1 }
      },
    }
    await t.rejects(execute(request({ source: keeping, sink: jsonl({ to: 'out/n.jsonl' }) })), {
      code: 'PIPELINE_INVALID',
      message: /^The source keeping stores keys or values/,
    })
    t.match((await store.list())[0], { status: 'failed' })
  }
})

t.test('foreign streams can be the source, a step and the sink', async t => {
  const { folder, request, events } = bed(t)
  const doubling = new NodeTransform({
    objectMode: true,
    transform(value: { n: number }, _encoding, done) {
      done(null, { n: value.n * 2 })
    },
  })
  const end = await execute(
    request({
      source: Readable.from([{ n: 1 }, { n: 2 }, { n: 3 }]),
      transforms: [
        filter<{ n: number }>(value => value.n !== 2),
        doubling,
        filter<{ n: number }>(value => value.n > 2),
      ],
      sink: jsonl({ to: 'out/n.jsonl' }),
    }),
  )
  t.strictSame(linesOf(folder, 'out/n.jsonl'), [{ n: 6 }])
  t.match(events[0], { event: 'not-resumable' })
  t.match(end.manifest?.counts, { read: 3, written: 1 })
})

t.test('a null before a foreign stream is a failed row, and does not end the stream', async t => {
  const { folder, request, store } = bed(t)
  const values: Source<unknown> = {
    kind: 'values',
    async *read() {
      yield { rows: [1, null, 3].map((n, at) => ({ key: at, value: n === null ? null : { n } })), position: 1 }
      yield { rows: [{ key: 3, value: { n: 4 } }], position: 2 }
    },
  }
  const end = await execute(
    request({
      source: values,
      transforms: [new PassThrough({ objectMode: true }), new PassThrough({ objectMode: true })],
      sink: jsonl({ to: 'out/n.jsonl' }),
    }),
  )
  t.strictSame(linesOf(folder, 'out/n.jsonl'), [{ n: 1 }, { n: 3 }, { n: 4 }])
  t.match(end.manifest?.counts, { read: 4, dropped: 0, failed: 1, written: 3 })
  t.match(await store.read(end.run, run => run.readResults()), [
    { key: 1, operation: 'stream', outcome: 'failed', code: 'ROW_INVALID' },
  ])
})

/** Gives rows one by one, then says that it waits, and is silent. */
const silent = (rows: number, waits = (): void => {}): Source<{ readonly n: number }> => ({
  kind: 'silent',
  async *read() {
    for (let n = 1; n <= rows; n++) yield { rows: [{ key: n, value: { n } }], position: n }
    waits()
    await new Promise(() => undefined)
  },
})

t.test('an abort ends a run whose source is silent, and keeps what any abort keeps', async t => {
  const { folder, request, store } = bed(t)
  const stop = new AbortController()
  const stopping = map((value: { n: number }) => {
    if (value.n === 100) stop.abort(new EntrapipeError('TERMINATED', 'Terminated.'))
    return value
  })
  await t.rejects(
    execute(
      request(
        { source: silent(100), transforms: [stopping], sink: jsonl({ to: 'out/n.jsonl' }), rowsPerCut: 10 },
        { signal: stop.signal },
      ),
    ),
    { code: 'TERMINATED', exit: 143 },
  )
  t.match((await store.list())[0], { status: 'interrupted' })
  t.strictSame(readdirSync(join(folder, 'out')), ['n.jsonl.partial'])
})

t.test('an abort ends a silent stdin and a silent foreign stream, and nothing is kept', async t => {
  for (const objectMode of [false, true]) {
    const { folder, request, store } = bed(t)
    const stop = new AbortController()
    const stream = new PassThrough({ objectMode })
    stream.write(objectMode ? { n: 1 } : '{"n":1}\n')
    const stopping = map((value: object) => {
      stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
      return value
    })
    const plan = {
      source: objectMode ? stream : fromJsonl({ from: '-', stdin: stream }),
      transforms: [stopping],
      sink: jsonl({ to: 'out/n.jsonl' }),
    }
    await t.rejects(execute(request(plan, { signal: stop.signal })), { code: 'INTERRUPTED', exit: 130 })
    t.equal(stream.destroyed, true)
    t.match((await store.list())[0], { status: 'failed', error: { code: 'INTERRUPTED' } })
    t.strictSame(readdirSync(join(folder, 'out')), [])
  }
})

t.test('an abort ends a run whose foreign stream never finishes', async t => {
  const { request, store } = bed(t)
  const stop = new AbortController()
  const endless = new Writable({
    objectMode: true,
    write: (_value, _encoding, done) => done(),
    final: () => stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.')),
  })
  await t.rejects(execute(request({ source: numbers(5), sink: endless }, { signal: stop.signal })), {
    code: 'INTERRUPTED',
  })
  t.equal(endless.destroyed, true)
  t.match((await store.list())[0], { status: 'failed', error: { code: 'INTERRUPTED' } })
})

t.test('a sink that fails ends the run even if its source is silent', async t => {
  const { request } = bed(t)
  const failing = {
    kind: 'failing',
    resumable: false,
    open: async () => ({
      write: () => waiting.then(() => Promise.reject(new EntrapipeError('DISK_FULL', 'There is no room left.'))),
      checkpoint: async (cut: number) => ({ mark: {}, cut }),
      finish: async () => [],
      close: async () => undefined,
    }),
  }
  let waits = (): void => {}
  const waiting = new Promise<void>(resolve => (waits = resolve))
  await t.rejects(execute(request({ source: silent(1, () => waits()), sink: failing })), { code: 'DISK_FULL' })
})

t.test('an abort while the input is hashed is reported as an abort, and no run has started', async t => {
  const { folder, request, store } = bed(t)
  writeFileSync(join(folder, 'in.jsonl'), '{"n":1}\n'.repeat(100_000))
  const stop = new AbortController()
  const source = fromJsonl({ from: 'in.jsonl' })
  const hashed: Source<unknown> = {
    ...source,
    describe(ctx) {
      const hashing = source.describe!(ctx)
      stop.abort(new EntrapipeError('INTERRUPTED', 'Interrupted.'))
      return hashing
    },
  }
  await t.rejects(execute(request({ source: hashed, sink: jsonl({ to: 'out/n.jsonl' }) }, { signal: stop.signal })), {
    code: 'INTERRUPTED',
    exit: 130,
  })
  t.strictSame(await store.list(), [])
})

t.test(
  'a part that throws because of an abort while it is checked ends the run with the reason of the abort',
  async t => {
    const { request } = bed(t)
    const stop = new AbortController()
    const source: Source<{ n: number }> = {
      ...numbers(1),
      async check(ctx) {
        stop.abort(new EntrapipeError('TERMINATED', 'Terminated.'))
        if (ctx.signal.aborted) throw new DOMException('This operation was aborted', 'AbortError')
      },
    }
    await t.rejects(execute(request({ source, sink: jsonl({ to: 'out/n.jsonl' }) }, { signal: stop.signal })), {
      code: 'TERMINATED',
    })
  },
)

t.test('a reader that closes ends the run quietly and closes the source', async t => {
  const { request } = bed(t)
  let closed = false
  const endless: Source<number> = {
    kind: 'endless',
    async *read() {
      try {
        for (let at = 0; ; at++) yield { rows: [{ key: at, value: at }] }
      } finally {
        closed = true
      }
    },
  }
  const end = await execute(
    request({
      source: endless,
      sink: {
        kind: 'short',
        resumable: false,
        open: async () => {
          let rows = 0
          return {
            async write() {
              if (++rows > 5) throw new DownstreamClosed('enough')
            },
            checkpoint: async (cut: number) => ({ mark: {}, cut }),
            finish: async () => [],
            close: async () => undefined,
          }
        },
      },
    }),
  )
  await new Promise(setImmediate)
  t.equal(end.end, 'closed')
  t.equal(closed, true)
})

t.test('a sink that confirms only older cuts is resumed at the confirmed cut', async t => {
  const { request } = bed(t)
  const kept: number[] = []
  const breaks: { at: number | undefined } = { at: 75 }
  const lagging = {
    kind: 'lagging',
    async open(_ctx: unknown, from?: unknown) {
      if (typeof from === 'number') kept.length = from
      else kept.length = 0
      const marks = new Map<number, number>()
      return {
        async write(rows: readonly { value: { n: number } }[]) {
          for (const row of rows) kept.push(row.value.n)
        },
        async checkpoint(cut: number) {
          marks.set(cut, kept.length)
          const safe = Math.max(0, cut - 2)
          return { mark: marks.get(safe) ?? 0, cut: safe }
        },
        finish: async () => [],
        close: async () => undefined,
      }
    },
  }
  const plan = () => ({
    source: numbers(200, breaks),
    transforms: [dedupe({ by: 'n' })],
    sink: lagging,
    rowsPerCut: 10,
  })
  await t.rejects(execute(request(plan())))
  breaks.at = undefined
  await execute(request(plan()))
  t.strictSame(
    kept,
    Array.from({ length: 200 }, (_, n) => n),
  )
})

t.test('a listing with fewer rows than counted is short: no file, and exit code 4', async t => {
  const { folder, request } = bed(t)
  const short: Source<{ readonly n: number }> = { ...numbers(40), usesGraph: true, count: async () => 50 }
  const graph = { tenant: { name: 'x', id: '1' }, usage: () => nothingUsed } as unknown as NonNullable<
    RunRequest['graph']
  >
  const end = await execute(request({ source: short, sink: jsonl({ to: 'out/n.jsonl' }) }, { graph }))
  t.equal(end.end, 'short')
  t.strictSame(readdirSync(join(folder, 'out')), ['n.jsonl.partial'])
})

t.test(
  'a listing that the service slows down is reported before its first row, and saved after every page',
  async t => {
    const { events, request } = bed(t)
    const why = 'Graph allows 10 requests per minute'
    const breaks = { at: 30 as number | undefined }
    const source: Source<{ readonly n: number }> = {
      ...numbers(60, breaks),
      count: async () => 60,
      pace: () => ({ rowsPerMinute: 10, rowsAtOnce: 20, why }),
    }
    await t.rejects(execute(request({ source, sink: jsonl({ to: 'out.jsonl' }) })), { code: 'GRAPH_UNAVAILABLE' })
    t.strictSame(
      events.filter(({ event }) => event === 'slow'),
      [{ event: 'slow', why, rows: 60, takesMs: 240_000 }],
    )
    breaks.at = undefined
    await execute(request({ source, sink: jsonl({ to: 'out.jsonl' }) }))
    const resumed = events.find(event => event.event === 'resumed')
    t.equal(resumed && resumed.rows >= 10, true)
  },
)
