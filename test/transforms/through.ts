import { type Test } from 'tap'
import type { Context } from '../../src/core/context.ts'
import type { Source, Transform } from '../../src/core/parts.ts'
import type { Result } from '../../src/core/result.ts'
import type { Key, Row } from '../../src/core/row.ts'
import { openStep, type Rows } from '../../src/engine/steps.ts'
import type { Run, RunPhase } from '../../src/store/store.ts'
import { partContext } from '../contracts/part-context.ts'
import { newRun, storeIn } from '../store/fixtures.ts'

interface Through {
  readonly rows: Rows
  readonly values: readonly unknown[]
  readonly settled: readonly Result[]
}

/** Rows of values; keys are ordinals from 1. */
const rowsOf = (values: readonly unknown[], from = 1): readonly Row<unknown>[] =>
  values.map((value, at) => ({ key: from + at, value }))

/** The context of a transform whose state is in a real store. */
export const storedContext = (run: RunPhase): { readonly ctx: Context; readonly settled: Result[] } => {
  const { ctx, results } = partContext('/')
  return {
    ctx: Object.create(ctx, { store: { value: run.scope('0.tested') } }) as Context,
    settled: results,
  }
}

export const runIn = (t: Test): Promise<Run & RunPhase> => storeIn(t, t.testdir({})).create(newRun())

/** Sends pages of values through a transform, as the engine does. Keys continue from page to page. */
export const through = async (
  t: Test,
  transform: Transform<never, unknown>,
  ...pages: readonly (readonly unknown[])[]
): Promise<Through> => throughIn(storedContext(await runIn(t)), transform, pages)

/** The same in an existing context. */
export const throughIn = async (
  { ctx, settled }: { readonly ctx: Context; readonly settled: readonly Result[] },
  transform: Transform<never, unknown>,
  pages: readonly (readonly unknown[])[],
  firstKey = 1,
): Promise<Through> => {
  const step = await openStep(transform as Transform<unknown, unknown>, ctx, undefined)
  const rows: Row<unknown>[] = []
  let key = firstKey
  for (const page of pages) {
    rows.push(...(await step.page(rowsOf(page, key))))
    key += page.length
  }
  return { rows, values: rows.map(row => row.value), settled }
}

/** A source of given rows, one row per page. */
export const pagesOf = <T>(kind: string, ...pages: readonly (readonly T[])[]): Source<T> => ({
  kind,
  async *read() {
    let key = 1
    for (const page of pages) yield { rows: page.map(value => ({ key: key++ as Key, value })) }
  },
})
