import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import type { Read, Shard, Source } from '../core/parts.ts'
import { readAll } from '../core/read-all.ts'
import type { Position, Row } from '../core/row.ts'
import { deltaChecks, type DeltaCase } from './delta-source.ts'
import { interrupted } from './interrupted.ts'
import type { Rule } from './rule.ts'
import { inScene, type Scene, type World } from './scene.ts'

/** A source to check, and its input. */
export interface SourceCase extends World {
  /** Makes a new source, as another process would. Its input has more than one page of rows. */
  readonly make: () => Source<unknown>
  /** Whether all rows come in one page. @default false */
  readonly comesWhole?: boolean
  /** Required for a source with `delta`. */
  readonly delta?: DeltaCase
}

interface Reading {
  readonly pages: readonly Read<unknown>[]
  readonly rows: readonly Row<unknown>[]
}

const shardsOf = async (source: Source<unknown>, scene: Scene): Promise<readonly Shard[]> =>
  (await source.split?.(scene.contextOf(await scene.newRun(), 'source'))) ?? [{ name: source.kind }]

const readShard = async (
  source: Source<unknown>,
  scene: Scene,
  shard: Shard,
  from?: Position,
  run?: Awaited<ReturnType<Scene['newRun']>>,
): Promise<Reading> => {
  const ctx = scene.contextOf(run ?? (await scene.newRun()), `source.${shard.name}`)
  const pages: Read<unknown>[] = []
  for await (const page of source.read(ctx, shard, from)) pages.push(page)
  return { pages, rows: pages.flatMap(page => page.rows) }
}

/** Reads all shards, including those that remain of others. */
const allRows = async (source: Source<unknown>, scene: Scene): Promise<readonly Row<unknown>[]> => {
  const rows: Row<unknown>[] = []
  const ctx = scene.contextOf(await scene.newRun(), 'source')
  for await (const page of readAll(source, ctx)) rows.push(...page.rows)
  if (source.keys !== 'unique') return rows
  return [...new Map(rows.toReversed().map(row => [row.key, row])).values()]
}

/** The rules for every source. */
export const sourceContract = ({ make, comesWhole = false, delta, ...world }: SourceCase): readonly Rule[] => {
  const rule = (name: string, work: (scene: Scene) => Promise<void>): Rule => ({
    name,
    check: () => inScene(world, work),
  })
  return [
    rule('its options and inputs pass its own check', async scene => {
      await make().check?.(scene.contextOf(await scene.newRun(), 'source'))
    }),

    rule('it describes itself as JSON, the same each time', async scene => {
      const ctx = scene.contextOf(await scene.newRun(), 'source')
      const described = await make().describe?.(ctx)
      if (described !== undefined) deepStrictEqual(JSON.parse(JSON.stringify(described)), described)
      deepStrictEqual(await make().describe?.(ctx), described)
    }),

    rule('its shards have unique names', async scene => {
      const names = (await shardsOf(make(), scene)).map(({ name }) => name)
      ok(names.length > 0, 'it has a shard')
      strictEqual(new Set(names).size, names.length)
    }),

    rule(
      'a key is text or a whole number, and comes once in a shard unless the run drops repeated rows',
      async scene => {
        for (const shard of await shardsOf(make(), scene)) {
          const keys = (await readShard(make(), scene, shard)).rows.map(row => row.key)
          if (make().keys !== 'unique') strictEqual(new Set(keys).size, keys.length)
          ok(keys.every(key => typeof key === 'string' || Number.isSafeInteger(key)))
        }
      },
    ),

    rule('unique keys are text', async scene => {
      if (make().keys !== 'unique') return
      for (const { key } of await allRows(make(), scene)) strictEqual(typeof key, 'string')
    }),

    rule('two readings give the same rows', async scene => {
      for (const shard of await shardsOf(make(), scene))
        deepStrictEqual((await readShard(make(), scene, shard)).rows, (await readShard(make(), scene, shard)).rows)
    }),

    rule('read from the position of a page, it gives the rows after that page', async scene => {
      if (make().resumable === false) return
      for (const shard of await shardsOf(make(), scene)) {
        const run = await scene.newRun()
        const { pages, rows } = await readShard(make(), scene, shard, undefined, run)
        ok(comesWhole || pages.length > 1, 'the input is more than one page')
        let passed = 0
        // Reading on from every page would take quadratic time.
        const tried = new Set([0, 1, Math.floor(pages.length / 2), pages.length - 1])
        for (const [at, { rows: page, position, unfinished }] of pages.entries()) {
          passed += page.length
          if (unfinished) strictEqual(position, undefined, 'an unfinished page has no position')
          if (position === undefined || !tried.has(at)) continue
          const from = JSON.parse(JSON.stringify(position)) as Position
          deepStrictEqual((await readShard(make(), scene, shard, from, run)).rows, rows.slice(passed))
        }
      }
    }),

    rule('a reader may stop after the first page', async scene => {
      const [shard] = await shardsOf(make(), scene)
      const ctx = scene.contextOf(await scene.newRun(), `source.${shard!.name}`)
      const reading = make().read(ctx, shard!)[Symbol.asyncIterator]()
      strictEqual((await reading.next()).done, false)
      await reading.return?.()
      strictEqual((await reading.next()).done, true)
    }),

    rule('a run interrupted twice and resumed reads each row once', async scene => {
      if (make().resumable === false) return
      const rows = await allRows(make(), scene)
      const plan = { source: make(), rowsPerCut: Math.max(1, Math.floor(rows.length / 7)) }
      const stops = [0.4, 0.8].map(part => Math.max(1, Math.floor(rows.length * part)))
      deepStrictEqual(byKey(await interrupted(scene, { plan, stops })), byKey(rows))
    }),

    rule('if it keeps where the next run continues, its case changes what it reads', async () => {
      strictEqual(make().delta !== undefined, delta !== undefined)
    }),

    ...(delta ? deltaChecks(make, delta) : []).map(([name, check]) => rule(name, check)),
  ]
}

/** Sorts rows by key, since only the rows of one shard have a fixed order. */
const byKey = (rows: readonly Row<unknown>[]): readonly Row<unknown>[] =>
  [...rows].sort((a, b) => (String(a.key) < String(b.key) ? -1 : 1))
