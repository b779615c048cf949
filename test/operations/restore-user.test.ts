import t from 'tap'
import { restoreUser } from '../../src/operations/restore-user.ts'
import { draw, lostRow, operationBed, refusal } from './operation-bed.ts'

const bed = await operationBed(t)
const [deleted] = await bed.list('/directory/deletedItems/microsoft.graph.user?$select=id&$top=999')
const { id } = deleted!
const accept = (values: object) => restoreUser.accept({ user: id, ...values }, draw)

t.test('after a lost reply, a user with the new name is restored, and one with another name is unknown', async t => {
  const newUserPrincipalName = `again@${bed.sandbox.domain}`
  const row = lostRow({ value: accept({ newUserPrincipalName }), before: {} })
  t.strictSame(await restoreUser.decide([row], bed.context()), ['not-done'])
  t.strictSame(restoreUser.request([row]).body, { newUserPrincipalName })
  t.equal((await bed.send(restoreUser.request([row]))).status, 200)
  t.match(await restoreUser.decide([row], bed.context()), [{ outcome: 'done', code: 'SeenAfterLostReply' }])
  const other = lostRow({ value: accept({ newUserPrincipalName: `other@${bed.sandbox.domain}` }), before: {} })
  t.match(await restoreUser.decide([other], bed.context()), [{ unknown: /restored with the userPrincipalName again@/ }])
})

t.test('a restored user whose name or address is taken is refused with the column that helps', async t => {
  t.strictSame(restoreUser.request([{ value: accept({}), before: {} }]).body, undefined)
  for (const [property, column] of [
    ['userPrincipalName', /column newUserPrincipalName/],
    ['proxyAddresses', /true to a column autoReconcileProxyConflict/],
  ] as const) {
    const reply = refusal(
      400,
      'Request_BadRequest',
      `Another object with the same value for property ${property} already exists.`,
    )
    t.match(restoreUser.settle([{ value: accept({}), before: {} }], reply), [{ outcome: 'failed', fix: column }])
  }
  for (const autoReconcileProxyConflict of ['yes', 1])
    t.throws(() => accept({ autoReconcileProxyConflict }), { code: 'ROW_INVALID' })
})
