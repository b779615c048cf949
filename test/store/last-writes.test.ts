import t from 'tap'
import { openLastWrites } from '../../src/store/last-writes.ts'
import type { Entry } from '../../src/store/ledger-types.ts'
import type { RunReader, RunStore } from '../../src/store/run-store.ts'
import type { RunInfo } from '../../src/store/types.ts'

const entry = (about: string): Pick<Entry, 'about' | 'locks' | 'row'> => ({
  about,
  locks: [about],
  row: { kind: 'update-user', value: {} },
})

/** A run with one attempt, which has no reply until it is settled. */
const oneRun = (info: Partial<RunInfo>) => {
  const state = { nowMs: 1_000, clockMs: 10_000, settledMs: undefined as number | undefined, info }
  const writtenSince = async (_since: number, after = 0) => {
    if (after >= 1) return { rows: [], number: undefined }
    const atMs = state.settledMs ?? state.nowMs
    const rows = [{ ...entry('user a'), atMs }] as never
    return { rows, number: 1, ...(state.settledMs === undefined && { open: 1 }) }
  }
  const reader = { phase: () => ({ ledger: () => ({ writtenSince }) }) } as unknown as RunReader
  const runs: Pick<RunStore, 'list' | 'read'> = {
    list: async () => [{ id: 'other', ...state.info } as RunInfo],
    read: async (_run, look) => look(reader),
  }
  const asking = { tenant: 'a', except: { run: 'own', phase: 'main' } }
  const writes = openLastWrites(runs, asking, { now: () => state.clockMs })
  const lastOf = async () => (await writes.of([entry('user a')], 0))[0]
  return { state, lastOf }
}

t.test('an attempt of a run in progress counts as just sent until it has a reply, then from its reply on', async t => {
  const { state, lastOf } = oneRun({ status: 'running' })
  t.equal(await lastOf(), 1_000)
  state.nowMs = 5_000
  t.equal(await lastOf(), 5_000)
  state.settledMs = 6_000
  t.equal(await lastOf(), 6_000)
  state.settledMs = 9_000
  t.equal(await lastOf(), 6_000, 'it is not read again')
})

t.test(
  'an attempt of a run that was stopped counts from when it was read: nothing is waited for without end',
  async t => {
    const { state, lastOf } = oneRun({ status: 'interrupted' })
    t.equal(await lastOf(), 1_000)
    state.nowMs = 5_000
    t.equal(await lastOf(), 1_000)
  },
)

t.test(
  'what was written before the clock was set back counts as just written: nobody waits for that time to come',
  async t => {
    const { state, lastOf } = oneRun({ status: 'done', endedAt: 90_000 })
    state.settledMs = 90_000
    t.equal(await lastOf(), 10_000)
    state.clockMs = 20_000
    t.equal(await lastOf(), 10_000, 'also later')
  },
)
