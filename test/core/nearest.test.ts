import t from 'tap'
import { nearest } from '../../src/core/nearest.ts'

t.test('the nearest word is found ignoring case, and none if none is near', async t => {
  t.equal(nearest('departement', ['displayName', 'department', 'mail']), 'department')
  t.equal(nearest('MIAL', ['displayName', 'mail']), 'mail')
  t.equal(nearest('userprincipalname', ['userPrincipalName']), 'userPrincipalName')
  t.equal(nearest('zzz', ['id', 'mail']), undefined)
  t.equal(nearest('', ['id']), undefined)
})
