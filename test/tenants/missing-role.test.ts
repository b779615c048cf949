import t from 'tap'
import type { TokenClaims } from '../../src/graph/read-token.ts'
import { missingRole } from '../../src/tenants/missing-role.ts'
import { giveAppRole } from '../sandbox/give-app-role.ts'
import { guardedBed } from '../cli/changes/guarded-bed.ts'

const bed = await guardedBed(t)
const { claims } = await bed.graph.signedIn()
const { signal } = new AbortController()
const lacks = (more: Partial<TokenClaims> = {}, kinds: readonly string[] = ['reset-password'], graph = bed.graph) =>
  missingRole({ graph, signal }, { ...claims, ...more }, kinds)
const person = { kind: 'delegated', directoryRoles: ['b79fbf4d-3ef9-4689-8143-76b194e85509'] } as const

t.test('an app without a role lacks one for resets, not for passes; a person lacks one for both', async t => {
  t.match(await lacks(), { code: 'NOT_PERMITTED', why: /^The app holds no Entra role/, fix: /User Administrator/ })
  t.equal(await lacks({}, ['create-access-pass', 'update-user']), undefined)
  t.match(await lacks(person, ['create-access-pass']), { why: /^The sign-in .*users access-pass/ })
  t.match(await lacks(person), { why: /users reset-password/ })
})

t.test(
  'nothing is said where it is not known: another role in the token, no identity, roles that cannot be read',
  async t => {
    t.equal(await lacks({ directoryRoles: ['fe930be7-5e62-47db-91af-98c3a49a38b1'] }), undefined)
    t.equal(await lacks({ objectId: '' }), undefined)
    t.equal(await lacks({}, ['reset-password'], await bed.clientWith(['User.Read.All'])), undefined)
  },
)

t.test('an app with any role lacks none', async t => {
  await giveAppRole(bed.sandbox, 'Global Reader')
  t.equal(await lacks(), undefined)
})
