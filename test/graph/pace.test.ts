import t from 'tap'
import { paceOf } from '../../src/graph/pace.ts'
import { quotasOf } from '../../src/graph/quotas.ts'

t.test('the narrowest quota is the pace of a request', async t => {
  const quotas = quotasOf({ size: 'L' })
  t.strictSame(paceOf(['read', 'sign-in-activity'], quotas), { perMinute: 10, burst: 10 })
  t.strictSame(paceOf(['report', 'sign-in-activity'], quotas), { perMinute: 10, burst: 10 })
  t.strictSame(paceOf(['report'], quotasOf({ size: 'L', timeScale: 10 })), { perMinute: 300, burst: 5 })
  t.equal(paceOf(['read'], quotas), undefined)
  t.equal(paceOf(['sign-in-activity'], {}), undefined)
})
