import t from 'tap'
import { licenceMoves } from '../../../src/licensing/ledger/licence-moves.ts'

const [e3, e5] = ['05e9a617-0261-4cee-bb44-138d3ef5d965', '06ebc4ee-1bb5-47dd-8120-11324bc54e06']
const value = { user: 'u1', sku: e3 }
const moves = (operation: string, before: Parameters<typeof licenceMoves>[0]['before'], row: object = value) =>
  licenceMoves({ operation, value: row as never, before })
const brief = (found: ReturnType<typeof licenceMoves>) =>
  Array.isArray(found) ? found.map(({ change, sku, units }) => [change, sku, units]) : found

t.test('a product that was not there before and is after is gained, with its unit', async t => {
  t.strictSame(
    moves('assign-license', { plans: null, after: [], takes: [e3], frees: [], userPrincipalName: 'ann@x' }),
    [{ change: 'gained', sku: e3, user: 'u1', group: null, userPrincipalName: 'ann@x', units: 1 }],
  )
  t.strictSame(brief(moves('modify-license', { plans: null, after: ['p'], takes: [], frees: [] })), [['gained', e3, 0]])
  t.strictSame(brief(moves('remove-license', { plans: [], after: null, takes: [], frees: [e3] })), [['lost', e3, -1]])
  t.strictSame(
    brief(moves('remove-license', { plans: [], after: null })),
    [['lost', e3, null]],
    'old lines have no units',
  )
})

t.test('a product of a group is gained or lost by the group, with units that are not known', async t => {
  const ofGroup = { group: 'g1', sku: e3 }
  t.strictSame(moves('assign-group-license', { plans: null, after: [], losers: 0 }, ofGroup), [
    { change: 'gained', sku: e3, user: null, group: 'g1', userPrincipalName: null, units: null },
  ])
  t.match(moves('remove-group-license', { plans: [], after: null, losers: 7 }, ofGroup), [
    { change: 'lost', group: 'g1' },
  ])
  t.strictSame(moves('assign-group-license', { plans: [], after: ['p'], losers: 0 }, ofGroup), [])
  t.equal(moves('assign-group-license', null, ofGroup), 'unclear')
})

t.test('a licence that a group replaces is a direct one that goes and frees nothing', async t => {
  const row = { ...value, group: 'g1' }
  t.match(moves('inherit-license', { plans: [], after: null, takes: [], frees: [] }, row), [
    { change: 'lost', user: 'u1', group: null, units: 0 },
  ])
  t.strictSame(brief(moves('detach-license', { plans: null, after: [], takes: [], frees: [] }, row)), [
    ['gained', e3, 0],
  ])
})

t.test('a change of plans alone gives and takes nothing', async t => {
  t.strictSame(moves('modify-license', { plans: [], after: ['p'] }), [])
  t.strictSame(moves('remove-license', { plans: [], after: ['p'] }), [], 'the mailbox is kept')
})

t.test('a transfer takes the old products and gives the new one', async t => {
  const before = { states: { [e3]: ['p'], [e5]: null }, after: { [e3]: null, [e5]: [] }, takes: [e5], frees: [e3] }
  t.strictSame(brief(moves('transfer-license', before)), [
    ['lost', e3, -1],
    ['gained', e5, 1],
  ])
})

t.test('what the log does not say is unclear, and other changes are no moves', async t => {
  t.equal(moves('assign-license', null), 'unclear')
  t.equal(moves('assign-license', { loses: true }), 'unclear')
  t.equal(moves('transfer-license', { plans: null, after: [] }), 'unclear')
  t.equal(moves('update-user', null), undefined)
})
