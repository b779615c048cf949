import t from 'tap'
import { root, type Loose } from './ask.ts'
import { denied, writeBed } from './write-bed.ts'

const path = '/roleManagement/directory'

t.test('eligible roles of users and of role-assignable groups are listed in the shape of the documents', async t => {
  const { ask, directory } = writeBed(t)
  const { body } = await ask(`${path}/roleEligibilitySchedules?$expand=principal,roleDefinition`, {
    permissions: ['RoleEligibilitySchedule.Read.Directory', 'Directory.Read.All', 'RoleManagement.Read.Directory'],
  })
  const types = body.value.map((one: Loose) => one.principal['@odata.type'])
  t.strictSame([...new Set(types)], ['#microsoft.graph.user', '#microsoft.graph.group'])
  for (const one of body.value) {
    const { principal, roleDefinition, ...own } = one
    t.equal(principal.id, own.principalId)
    t.equal(roleDefinition.id, own.roleDefinitionId)
    if (principal['@odata.type'] === '#microsoft.graph.group') t.equal(principal.isAssignableToRole, true)
    t.match(own.scheduleInfo.expiration, { type: /^(?:afterDateTime|noExpiration)$/, duration: null })
  }
  const [first] = directory.assignments({ family: 'eligibleRoles' })
  const single = await ask(`${path}/roleEligibilitySchedules/${first!.id}`)
  const { '@odata.context': context, ...own } = single.body
  t.equal(context, `${root}/$metadata#roleManagement/directory/roleEligibilitySchedules/$entity`)
  t.match(own, { id: first!.id, principalId: first!.principal.id, roleDefinitionId: first!.of })
  t.strictSame(Object.keys(own), [
    'id',
    'principalId',
    'roleDefinitionId',
    'directoryScopeId',
    'appScopeId',
    'createdUsing',
    'createdDateTime',
    'modifiedDateTime',
    'status',
    'memberType',
    'scheduleInfo',
  ])
})

t.test('eligible roles are filtered by principal, and end with it', async t => {
  const { send, ask, directory } = writeBed(t)
  const [first] = directory.assignments({ family: 'eligibleRoles' })
  const url = `${path}/roleEligibilitySchedules?$filter=principalId eq '${first!.principal.id}'`
  t.strictSame(
    (await ask(url)).body.value.map(({ id }: Loose) => id),
    [first!.id],
  )
  t.equal((await send('DELETE', `/users/${first!.principal.id}`)).status, 204)
  t.strictSame((await ask(url)).body.value, [])
  t.equal((await ask(`${path}/roleEligibilitySchedules/${first!.id}`)).status, 404)
})

t.test('every active assignment has a schedule', async t => {
  const { ask } = writeBed(t)
  const readAll = async (name: string): Promise<readonly Loose[]> => {
    const found: Loose[] = []
    for (let url = `${path}/${name}?$top=50`; url;) {
      const { body } = await ask(url)
      found.push(...body.value)
      url = body['@odata.nextLink']
    }
    return found
  }
  const [assignments, schedules] = [await readAll('roleAssignments'), await readAll('roleAssignmentSchedules')]
  t.ok(assignments.length > 50)
  t.strictSame(
    schedules.map(({ id, principalId, roleDefinitionId, directoryScopeId }) => ({
      id,
      principalId,
      directoryScopeId,
      roleDefinitionId,
    })),
    assignments,
  )
  t.strictSame(
    [...new Set(schedules.map(one => `${one.status} ${one.assignmentType} ${one.memberType}`))],
    ['Provisioned Assigned Direct'],
  )
})

t.test('schedules need a permission for roles', async t => {
  const { ask } = writeBed(t)
  for (const name of ['roleEligibilitySchedules', 'roleAssignmentSchedules']) {
    t.match(await ask(`${path}/${name}`, { permissions: ['User.ReadWrite.All'] }), denied, name)
    t.equal((await ask(`${path}/${name}`, { permissions: ['RoleManagement.Read.Directory'] })).status, 200, name)
  }
})

t.test('an active role that starts later is scheduled, begins at its time, and ends', async t => {
  const { send, ask, directory, cloud } = writeBed(t)
  const permissions = ['Directory.Read.All', 'RoleManagement.ReadWrite.Directory']
  const roleDefinitionId = '4a5d8f65-41da-4de4-8968-e035b65339cf'
  const dayMs = 86_400_000
  const startMs = Math.ceil(directory.now() / 1000) * 1000 + 10 * dayMs
  const timeOf = (ms: number): string => new Date(ms).toISOString().replace('.000Z', 'Z')
  const request = (action: string, directoryScopeId = '/') =>
    send(
      'POST',
      `${path}/roleAssignmentScheduleRequests`,
      {
        ...{ action, roleDefinitionId, principalId: cloud.id, directoryScopeId, justification: 'Holidays' },
        ...(action === 'adminAssign' && {
          scheduleInfo: {
            startDateTime: timeOf(startMs),
            expiration: { type: 'afterDateTime', endDateTime: timeOf(startMs + 5 * dayMs) },
          },
        }),
      },
      { permissions },
    )
  const listed = async (list: string): Promise<readonly Loose[]> =>
    (await ask(`${path}/${list}?$filter=principalId eq '${cloud.id}'`, { permissions })).body.value
  const held = async (): Promise<readonly number[]> => [
    (await listed('roleAssignments')).length,
    (await listed('roleAssignmentSchedules')).length,
  ]
  t.match(await request('adminAssign'), { status: 201, body: { status: 'Provisioned' } })
  t.strictSame(await held(), [0, 1])
  const [schedule] = await listed('roleAssignmentSchedules')
  t.match(schedule, {
    ...{ roleDefinitionId, directoryScopeId: '/', assignmentType: 'Assigned', memberType: 'Direct' },
    scheduleInfo: { startDateTime: timeOf(startMs) },
  })
  t.match(await request('adminAssign'), { status: 400, body: { code: 'RoleAssignmentExists' } })
  t.equal((await request('adminRemove')).status, 201)
  t.strictSame(await held(), [0, 0])
  t.equal((await request('adminAssign')).status, 201)
  const [unit] = (await ask('/directory/administrativeUnits?$select=id', { permissions })).body.value
  t.equal((await request('adminAssign', `/administrativeUnits/${unit.id}`)).status, 201)
  directory.moveClock(9 * dayMs)
  t.strictSame(await held(), [0, 2])
  directory.moveClock(2 * dayMs)
  t.strictSame(await held(), [2, 2])
  t.match(
    (await listed('roleAssignmentSchedules')).find(one => one.directoryScopeId === '/'),
    {
      scheduleInfo: { startDateTime: timeOf(startMs), expiration: { endDateTime: timeOf(startMs + 5 * dayMs) } },
    },
  )
  directory.moveClock(5 * dayMs)
  t.strictSame(await held(), [0, 0])
})
