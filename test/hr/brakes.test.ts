import t from 'tap'
import { judgeBrakes } from '../../src/hr/brakes.ts'

const none = { joiners: 0, movers: 0, leavers: 0, deletions: 0 }
const braked = (counts: object, accounts: number, limits = {}) =>
  judgeBrakes({ ...none, ...counts }, accounts, limits).map(({ of }) => of)

t.test('each class has its brake, and few people pass', async t => {
  t.strictSame(braked({ leavers: 5, deletions: 5, joiners: 20, movers: 20 }, 0), [])
  t.strictSame(braked({ leavers: 6, deletions: 6, joiners: 21, movers: 21 }, 0), [
    'joiners',
    'movers',
    'leavers',
    'deletions',
  ])
  t.strictSame(braked({ leavers: 20, joiners: 100, movers: 250 }, 1000), [])
  t.strictSame(braked({ leavers: 21, joiners: 101, movers: 251 }, 1000), ['joiners', 'movers', 'leavers'])
})

t.test('a limit is a number or a share, without a floor', async t => {
  t.strictSame(braked({ leavers: 1 }, 1000, { leavers: '0' }), ['leavers'])
  t.strictSame(braked({ leavers: 30 }, 1000, { leavers: '3%' }), [])
  t.strictSame(braked({ leavers: 31 }, 1000, { leavers: '3%' }), ['leavers'])
  for (const leavers of ['many', '1.5', '-1', '5 %%'])
    t.throws(() => braked({}, 1000, { leavers }), { code: 'OPTION_INVALID', message: /--max-leavers/ })
})
