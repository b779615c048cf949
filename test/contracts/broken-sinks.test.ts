import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { sinkContract } from '../../src/contracts/sink.ts'
import type { Context } from '../../src/core/context.ts'
import { isCode } from '../../src/core/errors.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Sink, Writer } from '../../src/core/parts.ts'
import type { Destination } from '../../src/core/place.ts'
import { jsonl } from '../../src/sinks/jsonl.ts'
import { jsonl as jsonlSource } from '../../src/sources/jsonl.ts'
import { readBack } from '../sinks/read-back.ts'
import { broken } from './broken.ts'

const file = 'rows.jsonl'
const sound = jsonl({ to: file })

const placed = (more: Partial<Destination>): Sink<unknown> => ({ ...sound, place: { ...sound.place!, ...more } })

/** The sound sink, of whose writer something is changed. */
const writing = (change: (writer: Writer<unknown>, ctx: Context) => Partial<Writer<unknown>>): Sink<unknown> => ({
  ...sound,
  async open(ctx, from) {
    const writer = await sound.open(ctx, from)
    return { ...writer, ...change(writer, ctx) }
  },
})

const pathIn = ({ environment }: Context): string => join(environment.cwd, file)

const cycle: Record<string, unknown> = {}
cycle['self'] = cycle

const values = Array.from({ length: 75 }, (_, at) => ({ n: at, m: `${at}` }))

const check = 'its options pass its own check, which creates nothing'
const described = 'it describes itself as JSON, the same each time'
const target = 'it has one target, which is a URL'
const inOrder = 'rows are read back as written, in order'
const facts = 'the files it reports have these rows, bytes and hash'
const oldest = 'it returns a cut that was requested, and never an older one than before'
const noRows = 'a run without rows is committed'
const failing = 'an unwritable row fails once, and the others are written'
const unchanged = 'it does not change its input rows'
const sizes = 'the size of pages makes no difference'
const unpublished = 'nothing is published before the commit, and no partial is left after it'
const published = 'only the output that this run committed counts as published'
const aborted = 'an aborted run leaves nothing behind, and keeps the output of an earlier run'
const resumes = 'resumed at any mark, it writes the same output as an uninterrupted run'
const twice = 'resumed twice at the same mark, it writes the same output'
const refused = 'a mark is rejected if its data is missing or was changed'
const discarded = 'discard removes the partial of an interrupted run and names it, and can be repeated'
const cleared = 'clear removes the published output, and discard does not'
const ownColumns = 'columns that it reads itself give the same output as rows'
const onceEach = 'a run interrupted twice and resumed writes each row once'

const sinks: readonly (readonly [string, () => Sink<unknown>, readonly string[]])[] = [
  ['nothing is wrong', () => sound, []],
  ['its check makes the file', () => ({ ...sound, check: ctx => writeFile(pathIn(ctx), '') }), [check]],
  [
    'it is not described the same twice',
    () => ({ ...sound, describe: async () => ({ at: Math.random() }) }),
    [described],
  ],
  ['its target is a path', () => placed({ target: () => file }), [target]],
  [
    'it turns its pages round',
    () => writing(({ write }) => ({ write: rows => write([...rows].reverse()) })),
    [inOrder, failing, unchanged, sizes, ownColumns, onceEach],
  ],
  [
    'it counts a byte too many',
    () =>
      writing(({ finish }) => ({
        finish: async () => (await finish()).map(one => ({ ...one, bytes: one.bytes + 1 })),
      })),
    [facts, published],
  ],
  [
    'it answers with a cut that is to come',
    () =>
      writing(({ checkpoint }) => ({
        checkpoint: async cut => ({ ...(await checkpoint(cut)), cut: cut + 1 }),
      })),
    [oldest, resumes, twice],
  ],
  [
    'it makes a row of nothing',
    () => writing(({ write }) => ({ write: rows => write(rows.length > 0 ? rows : [{ key: 1, value: {} }]) })),
    [noRows],
  ],
  [
    'it leaves out what it cannot write, and says nothing',
    () => ({
      ...sound,
      open: (ctx, from) => sound.open(Object.create(ctx, { settled: { value: () => {} } }) as Context, from),
    }),
    [failing],
  ],
  [
    'it marks the rows that it has seen',
    () =>
      writing(({ write }) => ({
        write(rows) {
          for (const { value } of rows) if ((value as { n: number }).n < 0) throw new Error('never')
          for (const { value } of rows) Object.defineProperty(value, 'seen', { value: true, configurable: true })
          return write(rows)
        },
      })),
    [unchanged],
  ],
  [
    'it forgets every second page of one row',
    () => {
      let pages = 0
      return writing(({ write }) => ({
        write: rows => write(rows.length === 1 && ++pages % 2 === 0 ? [] : rows),
      }))
    },
    [sizes],
  ],
  [
    'it publishes as it goes',
    () =>
      writing((writer, ctx) => ({
        async write(rows) {
          await writer.write(rows)
          await appendFile(pathIn(ctx), '')
        },
      })),
    [unpublished, aborted, refused, discarded],
  ],
  ['it takes whatever is there for its own', () => placed({ published: async () => true }), [unpublished, published]],
  [
    'it keeps what was aborted',
    () => writing(({ close }) => ({ close: (end, manifest) => close(end === 'abort' ? 'keep' : end, manifest) })),
    [aborted],
  ],
  [
    'it starts over at any mark',
    () => ({ ...sound, open: ctx => sound.open(ctx) }),
    [resumes, twice, refused, onceEach],
  ],
  [
    'its mark is good for one time',
    () => {
      const used = new Set<string>()
      return {
        ...sound,
        open(ctx, from) {
          const mark = from === undefined ? undefined : `${ctx.run} ${JSON.stringify(from)}`
          const isUsed = mark !== undefined && used.has(mark)
          if (mark !== undefined) used.add(mark)
          return sound.open(ctx, isUsed ? undefined : from)
        },
      }
    },
    [twice],
  ],
  [
    'it starts over where its partial was changed',
    () => ({
      ...sound,
      open: (ctx, from) =>
        sound.open(ctx, from).catch((error: unknown) => {
          if (isCode(error, 'PARTIAL_CHANGED')) return sound.open(ctx)
          throw error
        }),
    }),
    [refused],
  ],
  [
    'it turns round the columns that it reads itself',
    () =>
      writing(writer => ({
        project: ({ columns, rows }) => writer.project!({ columns: columns.toReversed(), rows }),
      })),
    [ownColumns],
  ],
  [
    'it leaves out rows that it does not make',
    () => writing(writer => ({ project: ({ columns }) => writer.project!({ columns, rows: () => [] }) })),
    [ownColumns],
  ],
  ['it discards nothing', () => placed({ discard: async () => [] }), [discarded]],
  ['it clears nothing', () => placed({ clear: async () => {} }), [cleared]],
]

const contractOf = (make: () => Sink<unknown>) => {
  const sink = make()
  return sinkContract({
    make: () => sink,
    read: readBack(file, () => jsonlSource({ from: file })),
    values,
    refused: [cycle satisfies Fields],
  })
}

for (const [what, make, rules] of sinks)
  t.test(`of a sink the contract notices that ${what}`, async t => t.strictSame(await broken(contractOf(make)), rules))

t.test('each rule of the contract is broken by one of these sinks', async t => {
  const noticed = new Set(sinks.flatMap(([, , rules]) => rules))
  t.strictSame(
    contractOf(() => sound)
      .map(({ name }) => name)
      .filter(name => !noticed.has(name)),
    [],
  )
})
