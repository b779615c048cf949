import t from 'tap'
import type { Json } from '../../../src/core/json.ts'
import { graphClock } from '../../../src/engine/changes/graph-clock.ts'

t.test(
  'a clock that is set in the middle of a run, or between two processes, moves no mark beyond the time of Graph',
  async t => {
    const graphMs = Date.parse('2026-03-01T08:00:00Z')
    const notes = new Map<string, Json>()
    let ours = graphMs - 300_000
    const open = () =>
      graphClock({
        clock: { now: () => ours, sleep: () => Promise.reject(new Error('It does not wait.')) } as never,
        signal: new AbortController().signal,
        graph: {
          attempt: async () => ({ status: 200, headers: { date: new Date(graphMs).toUTCString() }, body: {} }) as never,
        },
        run: {
          loadNote: async name => notes.get(name),
          saveNote: async (name, value) => void notes.set(name, value),
        },
      })
    const ahead = open()
    t.equal(await ahead(), 300_000, 'ours is late')
    ours = graphMs
    t.equal(await ahead(), 0, 'it was set')
    ours = graphMs - 60_000
    t.equal(await ahead(), 0, 'marks of before count')
    t.equal(await open()(), 0, 'also in another process')
    ours = graphMs + 5_000
    t.equal(await open()(), -5_000)
  },
)
