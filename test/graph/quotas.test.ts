import t from 'tap'
import { quotasOf } from '../../src/graph/quotas.ts'

t.test('the quotas of one app in one tenant depend on size, share and time scale', async t => {
  t.strictSame(quotasOf({ size: 'S', share: 0.5, timeScale: 10 }), {
    read: { capacity: 1_750, windowMs: 1_000 },
    write: { capacity: 1_500, windowMs: 15_000 },
    'device-write': { capacity: 1_500, windowMs: 15_000 },
    'sign-in-activity': { capacity: 5, windowMs: 6_000 },
    'bulk-upload': { capacity: 20, windowMs: 500 },
    'bulk-upload-day': { capacity: 3_000, windowMs: 8_640_000 },
    report: { capacity: 2, windowMs: 1_000 },
  })
})
