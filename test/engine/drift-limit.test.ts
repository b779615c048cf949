import t from 'tap'
import type { Manifest } from '../../src/core/manifest.ts'
import { driftIn, driftsStill, expectLittleDrift } from '../../src/engine/drift-limit.ts'

/** What a limit looks at of a manifest. */
const manifest = (
  completeness: Manifest['completeness'],
  counts: Partial<Manifest['counts']>,
  drift?: Partial<Manifest['drift']>,
): Manifest =>
  ({
    completeness,
    counts: { read: 1000, ...counts },
    ...(drift && { drift: { created: 0, deleted: 0, changed: 0, objects: [], ...drift } }),
  }) as never

t.test('what changed counts, or by how much rows and counts differ, if that is more', async t => {
  t.equal(driftIn(manifest('drifted', { before: 1000, after: 1000 }, { created: 3, deleted: 4, changed: 5 })), 12)
  t.equal(driftIn(manifest('drifted', { before: 990, after: 1020 }, { created: 3 })), 30)
  t.equal(driftIn(manifest('drifted', { before: 1000, after: 995 })), 5)
  t.equal(driftIn(manifest('complete', { before: 1000, after: 1000 })), 0)
})

t.test('rows of what was gone before are no drift', async t => {
  const full = { ...manifest('complete', { before: 990, after: 990 }), delta: { kind: 'full', to: '', removed: 10 } }
  t.equal(driftIn(full as Manifest), 0)
})

t.test('drift that hides behind another reason to doubt counts, too', async t => {
  const hidden = manifest('unverified', { before: 1000, after: 1000 }, { deleted: 20 })
  t.throws(() => expectLittleDrift(hidden, '1%'), { code: 'TOO_MUCH_DRIFT' })
  t.doesNotThrow(() => expectLittleDrift(manifest('unverified', {}), 0), 'without a count nothing is known of drift')
})

t.test('as much as the limit allows is published, and one more is not', async t => {
  const drifted = manifest('drifted', { before: 1000, after: 1000 }, { created: 6, deleted: 4 })
  for (const fine of [undefined, 10, '1%', '100%'] as const)
    t.doesNotThrow(() => expectLittleDrift(drifted, fine), String(fine))
  for (const less of [0, 9, '0.9%', '0%'] as const)
    t.throws(
      () => expectLittleDrift(drifted, less),
      { code: 'TOO_MUCH_DRIFT', message: /^10 objects changed while 1000 rows were read; the limit is/ },
      String(less),
    )
})

t.test('drift of unknown size is within no limit', async t => {
  t.throws(() => expectLittleDrift(manifest('drifted', {}), '100%'), { code: 'TOO_MUCH_DRIFT', message: /unknown/ })
})

t.test('a run is resumed only under a limit that what had changed is within', async t => {
  const facts = { drift: 10, read: 1000, maxDrift: 0 }
  t.equal(driftsStill(facts, undefined), true)
  t.equal(driftsStill(facts, 9), true)
  t.equal(driftsStill(facts, '1%'), false)
  t.equal(driftsStill({ read: 1000 }, '100%'), true)
})
