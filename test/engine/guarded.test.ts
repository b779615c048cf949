import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Context } from '../../src/core/context.ts'
import type { Sink, Source } from '../../src/core/parts.ts'
import { ready, type Plan } from '../../src/engine/plan.ts'

const ctx = { signal: new AbortController().signal } as unknown as Context
const source: Source<unknown> = { kind: 'mine', async *read() {} }
const sink = { kind: 'drain', open: async () => ({ write: async () => undefined }) } as unknown as Sink<never>
const readyOf = (plan: object) => ready({ source, sink, ...plan } as Plan)

const readAll = async (from: Source<unknown>): Promise<void> => {
  for await (const _ of from.read(ctx, { name: 'mine' }));
}

t.test('an error thrown by custom code is STEP_FAILED, and names the part, the file and the line', async t => {
  const boom = () => {
    throw new TypeError('boom')
  }
  const failing = readyOf({
    source: {
      ...source,
      check: boom,
      async *read() {
        boom()
      },
    },
    sink: { ...sink, open: async () => ({ write: async () => boom() }) },
  })
  const message = /^The source mine of the pipeline failed: boom \(guarded\.test\.ts:\d+\)\.$/
  await t.rejects(async () => failing.source.check?.(ctx), { code: 'STEP_FAILED', message, cause: TypeError })
  await t.rejects(readAll(failing.source), { code: 'STEP_FAILED', message })
  const writer = await failing.sink.open(ctx)
  await t.rejects(writer.write([]), { code: 'STEP_FAILED', message: /^The sink drain of the pipeline failed: boom/ })
})

t.test('an error with a code is unchanged, and so is a defect of entrapipe', async t => {
  const told = new EntrapipeError('GRAPH_UNAVAILABLE', 'Graph is away.')
  const defect = new TypeError('boom')
  defect.stack = `TypeError: boom\n    at read (${new URL('../../src/sources/csv.ts', import.meta.url).href}:1:1)`
  for (const error of [told, defect]) {
    const failing = readyOf({
      source: {
        ...source,
        async *read() {
          throw error
        },
      },
    })
    await t.rejects(readAll(failing.source), error)
  }
})

t.test('a stream that the system refuses is a failed pipeline', async t => {
  const missing = createReadStream(join(t.testdir(), 'none'), { encoding: 'utf8' })
  Object.defineProperty(missing, 'readableObjectMode', { value: true })
  await t.rejects(readAll(readyOf({ source: missing }).source), {
    code: 'STEP_FAILED',
    message: /^The source stream of the pipeline failed: ENOENT/,
  })
})

t.test('a part may be frozen, and its methods are called with their this', async t => {
  const frozen = Object.freeze({
    kind: 'frozen',
    count() {
      return Promise.resolve(this.kind.length)
    },
    async *read() {},
  })
  t.equal(await readyOf({ source: frozen }).source.count?.(ctx), 6)
  t.equal('drift' in readyOf({ source: frozen }).source, false)
})
