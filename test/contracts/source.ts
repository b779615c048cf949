import { type Test } from 'tap'
import type { Shard, Source } from '../../src/core/parts.ts'
import type { Position, Row } from '../../src/core/row.ts'
import { partContext } from './part-context.ts'

type Page = { readonly rows: readonly Row<unknown>[]; readonly position?: Position }

/** Everything a source gives in one shard, from a position on. */
export const readAll = async (
  source: Source<unknown>,
  folder: string,
  options: { readonly shard?: Shard; readonly from?: Position } = {},
): Promise<{ readonly pages: readonly Page[]; readonly rows: readonly Row<unknown>[] }> => {
  const { ctx } = partContext(folder)
  const pages: Page[] = []
  for await (const page of source.read(ctx, options.shard ?? { name: source.kind }, options.from)) pages.push(page)
  return { pages, rows: pages.flatMap(page => page.rows) }
}

/**
 * What every source must do.
 *
 * @param make the source anew, as another process would make it, in a folder where its input stands; more than one page of rows
 */
export const sourceContract = (
  t: Test,
  make: (t: Test) => { readonly source: () => Source<unknown>; readonly folder: string },
): void => {
  const shardsOf = async (source: Source<unknown>, folder: string): Promise<readonly Shard[]> =>
    (await source.split?.(partContext(folder).ctx)) ?? [{ name: source.kind }]

  t.test('its options and inputs pass its own check', async t => {
    const { source, folder } = make(t)
    await t.resolves(source().check?.(partContext(folder).ctx) ?? Promise.resolve())
  })

  t.test('it describes itself the same each time, as JSON', async t => {
    const { source, folder } = make(t)
    const { ctx } = partContext(folder)
    const described = await source().describe?.(ctx)
    t.strictSame(JSON.parse(JSON.stringify(described)), await source().describe?.(ctx))
  })

  t.test('no key comes twice', async t => {
    const { source, folder } = make(t)
    for (const shard of await shardsOf(source(), folder)) {
      const keys = (await readAll(source(), folder, { shard })).rows.map(row => row.key)
      t.equal(new Set(keys).size, keys.length)
    }
  })

  t.test('read again from the position of a page it gives just the rows after it', async t => {
    const { source, folder } = make(t)
    if (source().resumable === false) return
    for (const shard of await shardsOf(source(), folder)) {
      const { pages, rows } = await readAll(source(), folder, { shard })
      t.ok(pages.length > 1, 'the input is more than one page')
      let passed = 0
      // Reading on from each of many would be quadratic.
      const tried = new Set([0, 1, Math.floor(pages.length / 2), pages.length - 1])
      for (const [at, { rows: page, position }] of pages.entries()) {
        passed += page.length
        if (position === undefined || !tried.has(at)) continue
        const from = JSON.parse(JSON.stringify(position)) as Position
        t.strictSame((await readAll(source(), folder, { shard, from })).rows, rows.slice(passed))
      }
    }
  })

  t.test('a reader may leave after the first page', async t => {
    const { source, folder } = make(t)
    for (const shard of await shardsOf(source(), folder)) {
      const reading = source().read(partContext(folder).ctx, shard)[Symbol.asyncIterator]()
      t.equal((await reading.next()).done, false)
      await reading.return?.()
      t.equal((await reading.next()).done, true)
    }
  })
}
