import t from 'tap'
import { canonicalJson, identityOf } from '../../src/store/identity.ts'

t.test('equal values have equal text, whatever the order of their names', async t => {
  const one = { b: [1, { y: null, x: 'é' }], a: { 10: 1, 9: 2 } }
  const two = { a: { 9: 2, 10: 1 }, b: [1, { x: 'é', y: null }] }
  t.equal(canonicalJson(one), canonicalJson(two))
  t.equal(canonicalJson(one), '{"a":{"9":2,"10":1},"b":[1,{"x":"é","y":null}]}')
  t.not(canonicalJson([1, 2]), canonicalJson([2, 1]))
  t.equal(canonicalJson({ a: undefined } as never), '{}')
})

t.test('every part of an identity changes its hash', async t => {
  const run = { pipeline: 'p', params: { a: 1 }, tenant: 't', target: '/x', inputHash: 'h' }
  const others = [
    run,
    { ...run, pipeline: 'q' },
    { ...run, params: { a: 2 } },
    { ...run, tenant: 'u' },
    { ...run, target: '/y' },
    { ...run, inputHash: 'i' },
    { pipeline: 'p', params: { a: 1 } },
  ].map(identityOf)
  t.equal(new Set(others).size, others.length)
  t.ok(others.every(identity => /^[0-9a-f]{64}$/.test(identity)))
  t.equal(identityOf({ ...run, summary: 'words' } as never), identityOf(run), 'other values do not change the identity')
})
