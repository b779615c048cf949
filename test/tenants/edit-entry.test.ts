import t from 'tap'
import { editEntry } from '../../src/tenants/edit-entry.ts'

const credential = { kind: 'secret', secret: { env: 'NEW' } } as const
const before = `// our tenants
export default {
  tenants: {
    contoso: {
      tenantId: 'contoso.com', // the first one
      credential: { kind: 'azure-cli' }, // signed in as me
    },
    'fab-1': { tenantId: 'fab.com', credential: { kind: 'browser' }, clientId },
    last: { ...others }
  },
}
`

t.test('one value is replaced, and everything else is unchanged', async t => {
  t.equal(
    editEntry(before, 'contoso', { credential }),
    before.replace("{ kind: 'azure-cli' }", "{ kind: 'secret', secret: { env: 'NEW' } }"),
  )
  t.equal(
    editEntry(before, 'fab-1', { credential, clientId: 'x' }),
    before.replace("{ kind: 'browser' }, clientId", "{ kind: 'secret', secret: { env: 'NEW' } }, clientId: 'x'"),
  )
})

t.test('a new property comes first', async t => {
  t.equal(
    editEntry(before, 'contoso', { clientId: 'x' }),
    before.replace("tenantId: 'contoso.com'", "clientId: 'x',\n      tenantId: 'contoso.com'"),
  )
  t.equal(editEntry(before, 'fab-1', { cloud: 'china' }), before.replace("'fab-1': { ", "'fab-1': { cloud: 'china', "))
})

t.test('an entry that is missing, or is not a plain object, is not edited', async t => {
  t.equal(editEntry(before, 'nobody', { credential }), undefined)
  t.equal(editEntry('export default { tenants: { contoso: mine } }', 'contoso', { credential }), undefined)
  t.equal(editEntry('export default { tenants: { contoso: {} } }', 'contoso', { credential }), undefined)
})
