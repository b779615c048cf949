import t from 'tap'
import { transferScene } from './transfer-scene.ts'

t.test(
  'a transfer that is short of units does what its preview says, nobody is ever without a product, and the undo restores all',
  async t => {
    const found = await transferScene(t, {
      users: 2_400,
      direct: 0.8,
      inherited: 0.02,
      withoutLocation: 0.01,
      usualPlans: 100,
      short: 80,
      taken: 20,
    })
    const { holders, inherited, withoutLocation, units, taken, preview, outcomes } = found
    t.ok(holders > 1_500 && inherited > 10 && withoutLocation > 5 && taken === 20)
    t.equal(preview.send, units, 'as many as there are units')
    t.match(preview.units, [{ frees: units }, { takes: units, free: units, short: 0 }])
    t.match(preview.outcomes, { skipped: inherited + 80, failed: withoutLocation })
    const conflicts = outcomes['failed PLAN_LACKING'] ?? 0
    t.ok(conflicts > 0 && conflicts < taken, 'the units of rows that the sandbox refuses go to others')
    t.strictSame(outcomes, {
      done: units - taken,
      'failed PLAN_LACKING': conflicts,
      'failed SeatsRanOut': taken - conflicts,
      'failed USAGE_LOCATION_MISSING': withoutLocation,
      'skipped LICENCE_INHERITED': inherited,
      'skipped SEATS_SHORT': 80,
    })
    t.equal(found.usedAfter, units, 'all units are in use')
    t.strictSame([found.bare, found.turnedOn], [0, 0])
    t.strictSame(found.undone, { done: units - taken })
    t.equal(found.unlike, 0)
  },
)
