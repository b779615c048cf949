import t from 'tap'
import { operationContract, type OperationCase } from '../../src/contracts/operation.ts'
import type { OperationContext, Values } from '../../src/core/operation.ts'
import { deleteApplication } from '../../src/operations/delete-application.ts'
import { deleteServicePrincipal } from '../../src/operations/delete-service-principal.ts'
import { restoreApplication } from '../../src/operations/restore-application.ts'
import { restoreServicePrincipal } from '../../src/operations/restore-service-principal.ts'
import { updateApplication } from '../../src/operations/update-application.ts'
import { updateServicePrincipal } from '../../src/operations/update-service-principal.ts'
import { keeps } from '../contracts/keeps.ts'
import { nobody } from './link-bed.ts'
import { lostRow, operationBed, operations } from './operation-bed.ts'

interface App extends Values {
  readonly id: string
  readonly appId: string
}

const bed = await operationBed(t)
const all = await bed.list<App>('/applications?$select=id,appId,displayName&$top=999')
const principals = await bed.list<App>(
  '/servicePrincipals?$select=id,appId,displayName,servicePrincipalType,appOwnerOrganizationId,accountEnabled&$top=999',
)
const principalOf = ({ appId }: App) => principals.find(one => one.appId === appId)!
const own = (await bed.context().graph.signedInAs!()).appId
const apps = all.filter(one => principalOf(one) && !String(one['displayName']).startsWith('entrapipe'))
const ownOnes = { app: all.find(one => one.appId === own)!, principal: principals.find(one => one.appId === own)! }
const seen = async (path: string) => (await bed.send({ method: 'GET', url: path })).body as Values

t.test('every operation on applications and service principals keeps the contract of an operation', async t => {
  const gone = apps.slice(-3)
  for (const { id } of gone) await bed.send({ method: 'DELETE', url: `/applications/${id}` })
  const of = (name: string, ids: readonly string[]) => [...ids, nobody].map(id => ({ [name]: id }))
  const none = (name: string) => [{}, { [name]: ' ' }, { [name]: nobody, colour: 'red' }]
  const ids = (some: readonly App[]) => some.slice(0, 2).map(({ id }) => id)
  const readOnly = (name: string) => [
    { [name]: nobody, displayName: null },
    { [name]: nobody, owners: [] },
    { [name]: nobody, displayName: 'x'.repeat(257) },
  ]
  const cases: readonly (readonly [unknown, readonly Values[], readonly Values[]])[] = [
    [
      updateApplication,
      ids(apps).map(id => ({ application: id, notes: 'Contract' })),
      [...none('application'), ...readOnly('application'), { application: nobody, web: 'https://contoso.com' }],
    ],
    [deleteApplication, [...of('application', ids(apps)), { application: ownOnes.app.id }], none('application')],
    [restoreApplication, of('application', [...ids(gone), apps[0]!.id]), none('application')],
    [
      updateServicePrincipal,
      ids(apps.map(principalOf)).map(id => ({ servicePrincipal: id, accountEnabled: false, notes: 'Contract' })),
      [...none('servicePrincipal'), ...readOnly('servicePrincipal')],
    ],
    [deleteServicePrincipal, of('servicePrincipal', ids(apps.map(principalOf))), none('servicePrincipal')],
    [
      restoreServicePrincipal,
      of('servicePrincipal', [...ids(gone.map(principalOf)), principalOf(apps[0]!).id]),
      none('servicePrincipal'),
    ],
  ]
  for (const [operation, rows, invalid] of cases) {
    const { kind } = operation as { readonly kind: string }
    await t.test(kind, async t =>
      keeps(t, operationContract({ operation, operations, rows, invalid, context: bed.context } as OperationCase)),
    )
  }
})

t.test('an application is deleted with its service principal, and the undo restores both', async t => {
  const [app] = apps
  const principal = principalOf(app!).id
  const { ready, verdicts } = await bed.change(deleteApplication, [{ application: app!.id }])
  t.match(verdicts, [{ outcome: 'done', id: app!.id }])
  const { value, before } = ready[0]!
  t.strictSame(deleteApplication.touches!(value, before), [app!.id, principal])
  t.equal((await bed.send({ method: 'GET', url: `/servicePrincipals/${principal}` })).status, 404)
  t.match((await bed.change(deleteApplication, [value])).looked, [{ outcome: 'unchanged', message: /was deleted on/ }])
  t.match(await deleteApplication.decide([lostRow(ready[0]!)], bed.context()), [{ outcome: 'done' }])
  const undoing = [deleteApplication.inverse!(value, before, app!.id)!, ...deleteApplication.undoneWith!(value, before)]
  t.strictSame(undoing, [
    { kind: 'restore-application', value: { application: app!.id } },
    { kind: 'restore-service-principal', value: { servicePrincipal: principal } },
  ])
  for (const { kind, value: row } of undoing)
    t.match((await bed.change(operations(kind)!, [row])).verdicts, [{ outcome: 'done' }])
  t.match(await seen(`/servicePrincipals/${principal}`), { appId: app!.appId })
  t.strictSame(await deleteApplication.decide([lostRow(ready[0]!)], bed.context()), ['not-done'])
})

t.test('an application without a service principal here is deleted alone', async t => {
  const app = apps[1]!
  await bed.change(deleteServicePrincipal, [{ servicePrincipal: principalOf(app).id }])
  const { ready } = await bed.change(deleteApplication, [{ application: app.id }])
  t.strictSame(deleteApplication.undoneWith!(ready[0]!.value, ready[0]!.before), [])
  t.strictSame(deleteApplication.touches!(ready[0]!.value, ready[0]!.before), [app.id])
})

t.test('the app that the program signs in with is not taken away, also where a person signs in through it', async t => {
  const refused = (what: string) => ({
    outcome: 'failed',
    code: 'PROTECTED',
    message: `The ${what} entrapipe is protected: this program signs in with it. Nothing was sent.`,
  })
  const { graph, ...rest } = bed.context()
  const asPerson: OperationContext = {
    ...rest,
    graph: { ...graph, signedInAs: async () => ({ kind: 'delegated', appId: own.toUpperCase() }) },
  }
  const principal = ownOnes.principal.id
  for (const context of [bed.context(), asPerson]) {
    t.match(await deleteApplication.look([{ application: ownOnes.app.id }], context), [refused('application')])
    t.match(await deleteServicePrincipal.look([{ servicePrincipal: principal }], context), [
      refused('service principal'),
    ])
    const off = { servicePrincipal: principal, properties: { accountEnabled: false } }
    t.match(await updateServicePrincipal.look([off], context), [refused('service principal')])
    const note = { servicePrincipal: principal, properties: { notes: 'Ours' } }
    t.match(await updateServicePrincipal.look([note], context), [{ send: { notes: null } }])
  }
})

t.test('a member of a complex property is changed, and the others stay', async t => {
  const { id } = apps[2]!
  const before = (await seen(`/applications/${id}`))['web'] as Values
  const row = { application: id, web: { logoutUrl: 'https://contoso.com/bye' } }
  const { ready, verdicts } = await bed.change(updateApplication, [row])
  t.match(verdicts, [{ outcome: 'done' }])
  t.strictSame((await seen(`/applications/${id}`))['web'], { ...before, logoutUrl: 'https://contoso.com/bye' })
  t.match((await bed.change(updateApplication, [row])).looked, [{ outcome: 'unchanged' }])
  await bed.change(updateApplication, [updateApplication.inverse!(ready[0]!.value, ready[0]!.before, id)!.value])
  t.strictSame((await seen(`/applications/${id}`))['web'], before)
})

t.test('disabling a service principal removes something, and a lost reply is decided by the values', async t => {
  const { id } = apps
    .slice(2, -3)
    .map(principalOf)
    .find(one => one['accountEnabled'] === true)!
  const { ready } = await bed.change(updateServicePrincipal, [{ servicePrincipal: id, accountEnabled: false }])
  t.equal(updateServicePrincipal.removal!(ready[0]!.value, ready[0]!.before), 'disable')
  t.match(await updateServicePrincipal.decide([lostRow(ready[0]!)], bed.context()), [{ outcome: 'done' }])
})

t.test('apps of Microsoft and managed identities are notable', async t => {
  const microsoft = principals.find(one => one['displayName'] === 'Microsoft Graph')!
  const identity = principals.find(one => one['servicePrincipalType'] === 'ManagedIdentity')!
  const looked = await deleteServicePrincipal.look(
    [microsoft, identity].map(({ id }) => ({ servicePrincipal: id })),
    bed.context(),
  )
  t.match(looked, [{ notable: ['microsoft'] }, { notable: ['managed-identity'] }])
})
