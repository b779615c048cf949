import t from 'tap'
import type { OperationRow } from '../../../src/core/operation.ts'
import { sandboxBed } from './sandbox-bed.ts'

const bed = await sandboxBed(t, [])
const notableOf = async (rows: readonly OperationRow[]) => {
  bed.input(rows.map(row => [row]))
  const { changes } = await bed.change({ dryRun: true })
  return changes!.preview!.notable
}
const listOf = async (filter: string) => bed.ids(`/users?$select=id&$count=true&$filter=${encodeURIComponent(filter)}`)

t.test('users that are deleted or disabled: guests, shared mailboxes', async t => {
  const [guest] = await listOf("userType eq 'Guest' and accountEnabled eq true")
  const made: OperationRow = {
    kind: 'create-user',
    value: {
      displayName: 'Reception',
      userPrincipalName: `reception.mailbox@${bed.sandbox.domain}`,
      mail: `reception.mailbox@${bed.sandbox.domain}`,
      accountEnabled: false,
      passwordProfile: { password: 'Quiet-Harbour-71' },
    },
  }
  bed.input([[made]])
  t.equal((await bed.change()).progress.outcomes.done, 1)
  const mailbox = `reception.mailbox@${bed.sandbox.domain}`
  t.strictSame(
    await notableOf([
      { kind: 'delete-user', value: { user: guest! } },
      { kind: 'delete-user', value: { user: mailbox } },
    ]),
    { guest: 1, mailbox: 1 },
  )
  t.strictSame(await notableOf([{ kind: 'disable-user', value: { user: guest! } }]), { guest: 1 })
  t.strictSame(await notableOf([{ kind: 'update-user', value: { user: guest!, jobTitle: 'Guest' } }]), {})
})

t.test('owners that are removed: whether a group keeps one', async t => {
  const [group] = await bed.ids("/groups?$select=id&$filter=displayName eq 'Sales Team'")
  const owners = await bed.ids(`/groups/${group!}/owners?$select=id`)
  const remove = (member: string): OperationRow => ({ kind: 'remove-owner', value: { group: group!, member } })
  t.strictSame(await notableOf(owners.map(remove)), { 'last-owner': 1 })
  const [other] = (await listOf("userType eq 'Guest'")).filter(id => !owners.includes(id))
  bed.input([[{ kind: 'add-owner', value: { group: group!, member: other! } }]])
  t.equal((await bed.change()).progress.outcomes.done, 1)
  t.strictSame(await notableOf([remove(other!)]), {})
})
