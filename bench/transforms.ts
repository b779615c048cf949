import type { Context } from '../src/core/context.ts'
import type { Transform } from '../src/core/parts.ts'
import { none, type Row } from '../src/core/row.ts'
import { fuse } from '../src/engine/stage.ts'
import { openStep } from '../src/engine/steps.ts'
import { median } from './measure.ts'

const rowsPerPage = 999
const pages = 1000

interface Person {
  readonly name: string
  readonly active: boolean
  readonly n: number
}

const page: readonly Row<Person>[] = Array.from({ length: rowsPerPage }, (_, n) => ({
  key: n,
  value: { name: `Person ${n}`, active: n % 5 !== 0, n },
}))

const filtering: Transform<Person, Person> = { kind: 'filter', open: () => row => (row.value.active ? row : none) }
const mapping: Transform<Person, { readonly label: string; readonly n: number }> = {
  kind: 'map',
  open: () => row => ({ key: row.key, value: { label: row.value.name, n: row.value.n } }),
}
const counting: Transform<
  { readonly label: string; readonly n: number },
  { readonly label: string; readonly n: number }
> = {
  kind: 'map',
  open: () => row => ({ key: row.key, value: { label: row.value.label, n: row.value.n + 1 } }),
}

/** The same work as a plain loop. */
const bare = (rows: readonly Row<Person>[]): number => {
  let kept = 0
  for (const row of rows) {
    if (!row.value.active) continue
    const one = { key: row.key, value: { label: row.value.name, n: row.value.n } }
    const two = { key: one.key, value: { label: one.value.label, n: one.value.n + 1 } }
    kept += two.value.n > -1 ? 1 : 0
  }
  return kept
}

/** Cost of three row transforms over a plain loop, in microseconds per row: the median of five alternating rounds. */
export const transforms = async (): Promise<{
  readonly bareUs: number
  readonly fusedUs: number
  readonly overUs: number
}> => {
  const ctx = {} as Context
  const steps = await Promise.all(
    [filtering, mapping, counting].map(async (transform, at) => ({
      scope: String(at),
      step: await openStep(transform as Transform<unknown, unknown>, ctx, undefined),
      passed: () => undefined,
    })),
  )
  const stage = fuse(steps, { dropped: 0 })
  const rounds: { bare: number; fused: number }[] = []
  for (let round = 0; round < 6; round++) {
    let sink = 0
    let began = performance.now()
    for (let at = 0; at < pages; at++) sink += bare(page)
    const bareMs = performance.now() - began
    began = performance.now()
    for (let at = 0; at < pages; at++) {
      const item = await stage.pass({ shard: 'a', rows: page })
      sink -= 'rows' in item ? item.rows.length : 0
    }
    const fusedMs = performance.now() - began
    if (sink !== 0) throw new Error('The two loops did different work')
    // The first round is a warm-up.
    if (round > 0) rounds.push({ bare: bareMs, fused: fusedMs })
  }
  const perRow = (ms: number): number => (ms * 1000) / (pages * rowsPerPage)
  const bareUs = perRow(median(rounds.map(round => round.bare)))
  const fusedUs = perRow(median(rounds.map(round => round.fused)))
  return { bareUs, fusedUs, overUs: fusedUs - bareUs }
}
