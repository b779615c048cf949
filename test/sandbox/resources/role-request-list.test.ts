import t from 'tap'
import { denied, writeBed } from './write-bed.ts'
import { root, type Loose } from './ask.ts'

const path = '/roleManagement/directory'
const role = '4a5d8f65-41da-4de4-8968-e035b65339cf'
const permissions = ['Directory.Read.All', 'RoleManagement.ReadWrite.Directory']
const lists = ['roleEligibilityScheduleRequests', 'roleAssignmentScheduleRequests'] as const

for (const list of lists)
  t.test(`${list} are listed with who made them, and stay`, async t => {
    const { send, ask, cloud } = writeBed(t)
    const grant = { roleDefinitionId: role, principalId: cloud.id, directoryScopeId: '/', justification: 'Tonight' }
    const post = (action: string, more: object = {}, delegated?: string) =>
      send(
        'POST',
        `${path}/${list}`,
        { ...grant, action, ...more },
        { permissions, ...(delegated === undefined ? {} : { delegated }) },
      )
    const listed = async (filter = `principalId eq '${cloud.id}'`): Promise<readonly Loose[]> =>
      (await ask(`${path}/${list}?$filter=${filter}`, { permissions })).body.value
    const scheduleInfo = { expiration: { type: 'noExpiration' } }
    t.strictSame(await listed(), [])
    t.equal((await post('adminAssign', { scheduleInfo, isValidationOnly: true })).status, 201)
    t.strictSame(await listed(), [], 'nothing is kept of a validation')
    const { '@odata.context': _, ...made } = (await post('adminAssign', { scheduleInfo })).body
    t.match(made, { createdBy: { application: { id: 'service-principal' }, user: null } })
    t.match(made.createdDateTime, /\.\d{3}Z$/)
    t.strictSame(await listed(), [made])
    const schedules = list.replace('Requests', 's')
    const [schedule] = (await ask(`${path}/${schedules}?$filter=principalId eq '${cloud.id}'`, { permissions })).body
      .value as readonly Loose[]
    t.equal(schedule.id, made.targetScheduleId)
    t.equal((await post('adminAssign', { scheduleInfo })).status, 400)
    const person = '0d0c0b0a-0000-4000-8000-000000000001'
    const { '@odata.context': __, ...ended } = (await post('adminRemove', {}, person)).body
    t.match(ended, {
      status: 'Revoked',
      targetScheduleId: null,
      createdBy: { application: null, user: { id: person } },
    })
    t.strictSame(await listed(), [made, ended])
    t.strictSame(await listed(`targetScheduleId eq '${made.targetScheduleId}' and status eq 'Provisioned'`), [made])
    t.not(made.id, ended.id)
    const single = await ask(`${path}/${list}/${ended.id}`, { permissions })
    t.strictSame(single.body, {
      '@odata.context': `${root}/$metadata#roleManagement/directory/${list}/$entity`,
      ...ended,
    })
    const reader = { permissions: ['RoleManagement.Read.Directory', 'Directory.Read.All'] }
    t.match(await ask(`${path}/${list}`, reader), denied)
  })

t.test('the requests of the population are those of its eligible roles', async t => {
  const { ask } = writeBed(t)
  const values = async (list: string): Promise<readonly Loose[]> =>
    (await ask(`${path}/${list}`, { permissions })).body.value
  const [requests, schedules] = [
    await values('roleEligibilityScheduleRequests'),
    await values('roleEligibilitySchedules'),
  ]
  t.ok(schedules.length > 0)
  t.strictSame(
    requests.map(({ targetScheduleId, principalId, scheduleInfo }) => ({
      targetScheduleId,
      principalId,
      scheduleInfo,
    })),
    schedules.map(({ createdUsing, principalId, scheduleInfo }) => ({
      targetScheduleId: createdUsing,
      principalId,
      scheduleInfo,
    })),
  )
})

t.test('requests are the same after a restart', async t => {
  const folder = t.testdir()
  const { send, ask, cloud, directory } = writeBed(t, { folder })
  const body = { action: 'adminAssign', roleDefinitionId: role, principalId: cloud.id, directoryScopeId: '/' }
  t.equal(
    (await send('POST', `${path}/roleEligibilityScheduleRequests`, { ...body, scheduleInfo: {} }, { permissions }))
      .status,
    201,
  )
  const before = (await ask(`${path}/roleEligibilityScheduleRequests`, { permissions })).body
  directory.close()
  const second = writeBed(t, { folder })
  t.strictSame((await second.ask(`${path}/roleEligibilityScheduleRequests`, { permissions })).body, before)
})
