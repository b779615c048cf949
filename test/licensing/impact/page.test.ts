import t from 'tap'
import { impactOf } from '../../../src/licensing/impact/impact.ts'
import { impactPage } from '../../../src/licensing/impact/page.ts'
import { impactTally } from '../../../src/licensing/impact/tally.ts'
import { catalogue } from '../products.ts'
import { sampleImpact } from './sample-impact.ts'

const about = { command: 'licenses transfer', tenant: 'contoso', run: 'r1', at: '2026-11-30T08:00:00.000Z', stops: [] }
const none = impactOf(impactTally(catalogue).counts(), catalogue, true)

t.test('names that are markup stay text', t => {
  const name = '<script>alert("x")</script>'
  const impact = {
    ...none,
    withoutPrice: [name],
    costs: [],
    products: [{ ...sampleImpact(1).products[0]!, name, skuPartNumber: name }],
  }
  const stops = [{ code: 'PLAN_REFUSED' as const, why: name, fix: name }]
  const page = impactPage(impact, { ...about, tenant: name, command: name, run: name, stops })
  t.notMatch(page, /<script/i)
  t.match(page, /&lt;script&gt;alert\(&quot;x&quot;\)/)
  t.end()
})

t.test('a page has no script, and nothing that a browser loads', t => {
  const page = impactPage(sampleImpact(2), about)
  t.notMatch(page, /<(?:script|img|link|iframe|object)|\s(?:src|href)=|url\(|@import|https?:/i)
  t.match(page, /Content-Security-Policy" content="default-src 'none'/)
  t.end()
})

t.test('each chart says in words what it shows', t => {
  const page = impactPage(sampleImpact(2), about)
  const charts = page.match(/<svg class="chart"[^>]*>/g) ?? []
  t.ok(charts.length > 50)
  t.strictSame(
    charts.filter(chart => !/role="img" aria-label="[^"]+"/.test(chart)),
    [],
  )
  t.match(page, /aria-label="SPE_E5 after: 8 of 6 seats used"/)
  t.match(page, /Short by 2: 2 to buy\./)
  t.match(page, /Without SPE_E5, which has no price in the file\./)
  t.end()
})

t.test('a preview without rows says so', t => {
  const page = impactPage(none, about)
  t.match(page, /No seats change\./)
  t.match(page, /No plans change\./)
  t.notMatch(page, /NaN|undefined|Infinity/)
  t.end()
})
