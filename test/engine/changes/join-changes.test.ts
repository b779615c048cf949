import t from 'tap'
import { joinChanges } from '../../../src/engine/changes/join-changes.ts'
import type { Preview } from '../../../src/engine/changes/tally.ts'

const preview = (more: Partial<Preview>): Preview => ({
  ...{ send: { 'assign-license': 1 }, final: {}, writes: 1, requests: 2, removals: [], notable: {} },
  ...{ units: [], remarks: {}, waits: {}, samples: [], unchecked: [], stops: [], notes: [], impacts: [] },
  ...more,
})
const changed = (more: Partial<Preview>) => ({ pending: 1, sent: 0, preview: preview(more) })

t.test('phases that have an impact keep it apart, since each is judged on what is there before both', t => {
  const [some, other, none] = [changed({ impacts: [{ users: 3 }] }), changed({ impacts: [{ users: 4 }] }), changed({})]
  t.strictSame(joinChanges(none, some)?.preview?.impacts, [{ users: 3 }])
  t.strictSame(joinChanges(some, none)?.preview?.impacts, [{ users: 3 }])
  t.strictSame(joinChanges(some, other)?.preview?.impacts, [{ users: 3 }, { users: 4 }])
  t.match(joinChanges(none, some), { pending: 2, preview: { send: { 'assign-license': 2 }, writes: 2 } })
  t.end()
})
