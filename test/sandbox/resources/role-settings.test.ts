import t from 'tap'
import { roleTemplates } from '../../../src/sandbox/directory/vocabulary/role-templates.ts'
import { writeBed } from './write-bed.ts'

const path = '/roleManagement/directory'
const roleDefinitionId = roleTemplates.find(({ displayName }) => displayName === 'Helpdesk Administrator')!.id

const bed = (t: Parameters<typeof writeBed>[0], knobs: Parameters<typeof writeBed>[1]) => {
  const { send, cloud } = writeBed(t, knobs)
  return (kind: 'Assignment' | 'Eligibility', duration: string | undefined, more: object = {}) =>
    send(
      'POST',
      `${path}/role${kind}ScheduleRequests`,
      {
        action: 'adminAssign',
        roleDefinitionId,
        principalId: cloud.id,
        directoryScopeId: '/',
        scheduleInfo: {
          expiration: duration === undefined ? { type: 'noExpiration' } : { type: 'afterDuration', duration },
        },
        ...more,
      },
      { permissions: ['Directory.Read.All', 'RoleManagement.ReadWrite.Directory'] },
    )
}

const failed = (...rules: readonly string[]) => ({
  status: 400,
  body: {
    code: 'RoleAssignmentRequestPolicyValidationFailed',
    message: `The following policy rules failed: ${JSON.stringify(rules)}`,
  },
})

t.test('roles without an end, or with one too late, are refused by the settings of the role', async t => {
  const request = bed(t, { maxEligibleRoleDays: 30, maxActiveRoleDays: 1 })
  t.match(await request('Eligibility', undefined), failed('ExpirationRule'))
  t.match(await request('Eligibility', 'P31D'), failed('ExpirationRule'))
  t.equal((await request('Eligibility', 'P30D')).status, 201)
  t.match(await request('Assignment', 'P2D', { justification: 'Tonight' }), failed('ExpirationRule'))
  t.equal((await request('Assignment', 'PT8H', { justification: 'Tonight' })).status, 201)
})

t.test('an eligible role may start later, and lasts from then on', async t => {
  const request = bed(t, { maxEligibleRoleDays: 30 })
  const startDateTime = '2099-01-01T00:00:00Z'
  const scheduleInfo = { startDateTime, expiration: { type: 'afterDuration', duration: 'P30D' } }
  const { status, body } = await request('Eligibility', undefined, { scheduleInfo })
  t.equal(status, 201)
  t.match(body.scheduleInfo, { startDateTime, expiration: { endDateTime: '2099-01-31T00:00:00Z' } })
})

t.test('all rules that fail are named', async t => {
  const request = bed(t, { maxActiveRoleDays: 1, roleTicketRequired: true })
  t.match(await request('Assignment', undefined), failed('ExpirationRule', 'JustificationRule', 'TicketingRule'))
  const ticketInfo = { ticketNumber: 'T-1', ticketSystem: 'Desk' }
  t.equal((await request('Assignment', 'PT8H', { justification: 'Tonight', ticketInfo })).status, 201)
})
