import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { columnReader } from '../core/columns.ts'
import { columnsOf, emptyRow, type Fields } from '../core/json.ts'
import type { Transform } from '../core/parts.ts'
import type { Projection } from '../core/projection.ts'
import type { Key, Row } from '../core/row.ts'
import { forObjects } from '../engine/expect-objects.ts'
import { openStep, type OpenStep, type Rows } from '../engine/steps.ts'
import { frozen, sourceOf } from './given-rows.ts'
import { interrupted } from './interrupted.ts'
import type { Rule } from './rule.ts'
import { inScene, type Scene, type World } from './scene.ts'

/** A transform to check, and its input. */
export interface TransformCase extends World {
  /** Makes a new transform, as another process would. */
  readonly make: () => Transform<never, unknown>
  /** At least 20 values for what it does: some that pass, some that are dropped, some that fail. */
  readonly values: readonly unknown[]
}

/** The rules for every transform. */
export const transformContract = ({ make: made, values, ...world }: TransformCase): readonly Rule[] => {
  const make = (): Transform<unknown, unknown> => made() as Transform<unknown, unknown>
  const given: Rows = values.map((value, at) => ({ key: at + 1, value }))
  const rule = (name: string, work: (scene: Scene) => Promise<void>): Rule => ({
    name,
    check: () => inScene(world, work),
  })

  const opened = async (scene: Scene): Promise<OpenStep> => {
    const transform = make()
    const ctx = scene.contextOf(await scene.newRun(), '0.contract')
    return forObjects(transform, await openStep(transform, ctx, undefined), ctx.settled)
  }

  /** The output, with pages of this size. */
  const through = async (scene: Scene, rowsPerPage: number): Promise<Rows> => {
    const step = await opened(scene)
    const out: Row<unknown>[] = []
    for (let at = 0; at < given.length; at += rowsPerPage)
      out.push(...(await step.page(structuredClone(given.slice(at, at + rowsPerPage)))))
    return [...out, ...((await step.end?.()) ?? [])]
  }

  return [
    rule('its options pass its own check', async scene => {
      await make().check?.(scene.contextOf(await scene.newRun(), '0.contract'))
    }),

    rule('it describes itself as JSON, the same each time', async scene => {
      const ctx = scene.contextOf(await scene.newRun(), '0.contract')
      const described = await make().describe?.(ctx)
      if (described !== undefined) deepStrictEqual(JSON.parse(JSON.stringify(described)), described)
      deepStrictEqual(await make().describe?.(ctx), described)
    }),

    rule('it does not change its input rows', async scene => {
      const usual = await through(scene, given.length)
      const settled = scene.results.splice(0)
      const step = await opened(scene)
      // Writing to a frozen value throws, which fails its row.
      const out = await step.page(given.map(({ key, value }) => ({ key, value: frozen(structuredClone(value)) })))
      deepStrictEqual([...out, ...((await step.end?.()) ?? [])], usual)
      deepStrictEqual(scene.results, settled)
    }),

    rule('the size of pages makes no difference', async scene => {
      const whole = await through(scene, given.length)
      const settled = scene.results.splice(0)
      for (const rowsPerPage of [1, 7]) {
        deepStrictEqual(await through(scene, rowsPerPage), whole)
        deepStrictEqual(scene.results.splice(0), settled)
      }
    }),

    rule('a page without rows gives none', async scene => {
      const step = await opened(scene)
      deepStrictEqual(await step.page([]), [])
      deepStrictEqual(scene.results, [])
    }),

    rule('a failed row is not in the output, and fails once', async scene => {
      const out = await through(scene, given.length)
      const failed = scene.results.filter(({ outcome }) => outcome === 'failed').map(({ key }) => key)
      strictEqual(new Set(failed).size, failed.length)
      const kept = out.map(({ key }) => originOf(key))
      ok(
        failed.every(key => !kept.includes(originOf(key))),
        'a row either comes out or fails',
      )
    }),

    rule('a row that is not an object does not end the run and changes no other row', async scene => {
      const usual = await through(scene, given.length)
      const settled = scene.results.splice(0)
      const strange: Rows = [undefined, null, true, 5, 'text', ['list']].map((value, at) => ({
        key: `strange ${at}`,
        value,
      }))
      const isStrange = (key: Key): boolean => String(key).startsWith('strange')
      const step = await opened(scene)
      const half = Math.floor(given.length / 2)
      const mixed = [...given.slice(0, half), ...strange, ...given.slice(half)]
      const out = [...(await step.page(structuredClone(mixed))), ...((await step.end?.()) ?? [])]
      deepStrictEqual(
        out.filter(({ key }) => !isStrange(key)),
        usual,
      )
      deepStrictEqual(
        scene.results.filter(({ key }) => !isStrange(key)),
        settled,
      )
      if (!make().reads) return
      deepStrictEqual(
        scene.results.filter(({ key }) => isStrange(key)).map(({ key, code }) => [key, code]),
        strange.map(({ key }) => [key, 'ROW_INVALID']),
      )
    }),

    rule('the key of an output row is derived from an input row, and unique', async scene => {
      const keys = (await through(scene, given.length)).map(({ key }) => key)
      strictEqual(new Set(keys).size, keys.length)
      const known = new Set(given.map(({ key }) => String(key)))
      deepStrictEqual(
        keys.filter(key => !known.has(originOf(key))),
        [],
      )
    }),

    rule('columns that it projects have the values of its rows', async scene => {
      const step = await opened(scene)
      for (const before of [undefined, ownColumns(given)]) {
        const columns = make().project?.(before)
        if (!columns) continue
        strictEqual(new Set(columns.map(({ name }) => name)).size, columns.length)
        strictEqual(step.end ?? step.save, undefined, 'a transform that projects has no state')
        for (const row of before ? given.map(projected(before)) : given) {
          const [out, ...more] = await step.page([row])
          const read = readAll(columns, row.value as Fields)
          deepStrictEqual(out && columnsOf(out.value as Fields), read && columns.map(({ name }) => name))
          deepStrictEqual([out, ...more], [read && { key: row.key, value: read }])
        }
      }
    }),

    rule('its saved state is small, and survives JSON', async scene => {
      const step = await opened(scene)
      await step.page(given)
      const saved = step.save?.()
      if (saved === undefined) return
      deepStrictEqual(JSON.parse(JSON.stringify(saved)), saved)
      ok(JSON.stringify(saved).length < 65_536, 'state that grows with the rows belongs in ctx.store')
    }),

    rule('a run interrupted twice and resumed gives the same rows as an uninterrupted one', async scene => {
      const plan = { source: sourceOf(given), transforms: [make()], rowsPerCut: 6 }
      const undisturbed = await interrupted(scene, { plan, stops: [] })
      const stops = [0.4, 0.8].map(part => Math.max(1, Math.floor(undisturbed.length * part)))
      const again = { ...plan, transforms: [make()] }
      await inScene(world, async other =>
        deepStrictEqual(await interrupted(other, { plan: again, stops }), undisturbed),
      )
    }),
  ]
}

/** Columns that read those of the first value. */
const ownColumns = (rows: Rows): Projection =>
  columnsOf((rows[0]?.value ?? {}) as Fields).map(name => ({ name, read: columnReader(name) }))

const projected =
  (columns: Projection) =>
  ({ key, value }: Row<unknown>): Row<unknown> => ({ key, value: readAll(columns, value as Fields) })

/** Undefined if a column cannot be read. */
const readAll = (columns: Projection, row: Fields): Fields | undefined => {
  const value = emptyRow(columns.map(({ name }) => name))()
  try {
    for (const { name, read } of columns) value[name] = read(row)
    return value
  } catch {
    return undefined
  }
}

/** The row of the input that a key names: rows made from one are `key/0`, `key/1`. */
const originOf = (key: Key): string => String(key).split('/')[0]!
