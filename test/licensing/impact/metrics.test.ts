import t from 'tap'
import { metricText } from '../../../src/licensing/impact/metrics.ts'

t.test('a cell without a meaning is empty, what is not known is n/a, and a difference has its sign', t => {
  t.strictSame(metricText({ metric: 'Users affected', change: 1_234_567 }), ['Users affected', '', '', '1,234,567'])
  t.strictSame(metricText({ metric: 'x', current: 1, after: 3, change: 2 }), ['x', '1', '3', '+2'])
  t.strictSame(metricText({ metric: 'x', current: 3, after: 1, change: -2 }), ['x', '3', '1', '-2'])
  t.strictSame(metricText({ metric: 'x', current: null, after: null, change: null }), ['x', 'n/a', 'n/a', 'n/a'])
  t.strictSame(metricText({ metric: 'x', current: 0, after: 0, change: 0 }), ['x', '0', '0', '0'])
  t.end()
})
