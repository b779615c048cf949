import t from 'tap'
import { joinChanges } from '../../../src/engine/changes/join-changes.ts'
import type { Preview } from '../../../src/engine/changes/tally.ts'

const preview = (more: Partial<Preview>): Preview => ({
  ...{ send: { 'assign-license': 1 }, final: {}, writes: 1, requests: 2, removals: [], notable: {} },
  ...{ units: [], remarks: {}, waits: {}, samples: [], unchecked: [], stops: [], notes: [] },
  ...more,
})
const changed = (more: Partial<Preview>) => ({ pending: 1, sent: 0, preview: preview(more) })

t.test('the impact of the one phase that has one is that of the run, and two are not added', t => {
  const [some, none] = [changed({ impact: { users: 3 } }), changed({})]
  t.strictSame(joinChanges(none, some)?.preview?.impact, { users: 3 })
  t.strictSame(joinChanges(some, none)?.preview?.impact, { users: 3 })
  t.strictSame(joinChanges(some, some)?.preview?.impact, undefined)
  t.match(joinChanges(none, some), { pending: 2, preview: { send: { 'assign-license': 2 }, writes: 2 } })
  t.end()
})
