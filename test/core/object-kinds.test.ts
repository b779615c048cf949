import t from 'tap'
import { commandWords } from '../../src/core/command-words.ts'
import { isPlainlyFound, kindAbout, namedAs, objectKinds, wordOf } from '../../src/core/object-kinds.ts'
import { filterRules } from '../../src/data/filter-rules.ts'
import { isEntityName } from '../../src/data/graph-types.ts'
import { propertiesOfType } from '../../src/data/properties.ts'

t.test('each kind is a type of Graph with the properties by which it is found', async t => {
  for (const [kind, { by, keyed, inBin }] of Object.entries(objectKinds)) {
    if (kind === 'directoryRole') continue
    t.ok(isEntityName(kind), kind)
    for (const property of [...by, ...Object.values(keyed), ...(inBin ? [inBin] : [])]) {
      t.ok(propertiesOfType(kind).has(property), `${kind} ${property}`)
      t.equal(filterRules(kind)?.property(property)?.equal, 'default', `${kind} ${property} without an advanced query`)
    }
  }
})

t.test('commands are called as people call the objects', async t => {
  t.strictSame(['create-user', 'delete-service-principal', 'update-application', 'add-member'].map(commandWords), [
    'users create',
    'service-principals delete',
    'apps update',
    'members add',
  ])
})

t.test('a name without a kind is that of a user', async t => {
  t.equal(namedAs('user', 'Ann@contoso.com'), 'ann@contoso.com')
  t.equal(namedAs('servicePrincipal', 'CRM'), 'service principal named crm')
  t.equal(kindAbout(namedAs('servicePrincipal', 'CRM')), 'servicePrincipal')
  t.equal(kindAbout('11111111-2222-3333-4444-555555555555/members/1'), undefined)
  t.equal(wordOf('member'), 'member')
  t.equal(isPlainlyFound('employeeId'), false)
})
