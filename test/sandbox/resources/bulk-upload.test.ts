import t, { type Test } from 'tap'
import { mutate } from '../mutate.ts'
import { root, type AskOptions, type Loose } from './ask.ts'
import { denied, writeBed } from './write-bed.ts'

const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'
const schemas = ['urn:ietf:params:scim:api:messages:2.0:BulkRequest']
const permissions = ['SynchronizationData-User.Upload']
const scim = { 'content-type': 'application/scim+json' }

type User = Readonly<Record<string, unknown>>

const person = (externalId: string, more: User = {}): User => ({
  schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', enterprise],
  externalId,
  userName: `person${externalId}@contoso.com`,
  displayName: `Person ${externalId}`,
  active: true,
  ...more,
})
const operation = (data: User) => ({
  method: 'POST',
  bulkId: `row ${String(data['externalId'])}`,
  path: '/Users',
  data,
})

/** A directory with a job, whose clock goes on by itself only in tests. */
const bed = async (t: Test) => {
  const made = writeBed(t)
  const { directory } = made
  const [app] = directory.collection('servicePrincipal').slice({ order: 'default', view: 'direct' }, 1, ['id']).ids
  const at = `/servicePrincipals/${app}/synchronization/jobs`
  const jobs = await made.send('GET', at, undefined, { permissions: ['Synchronization.Read.All'] })
  const job = jobs.body.value[0].id as string
  const upload = (users: readonly User[], options: AskOptions = {}, more: object = {}) =>
    made.send(
      'POST',
      `${at}/${job}/bulkUpload`,
      { schemas, Operations: users.map(operation), failOnErrors: null, ...more },
      { permissions, headers: scim, ...options },
    )
  const log = async (query = `$filter=jobId eq '${job}'`): Promise<Loose> =>
    (await made.send('GET', `/auditLogs/provisioning?${query}`, undefined, { permissions: ['AuditLog.Read.All'] })).body
  /** What became of users, by externalId, once the log shows it. */
  const outcomes = async (): Promise<Loose> => {
    directory.moveClock(1_000)
    await log()
    directory.moveClock(1_000)
    const { value } = await log()
    return value.map((line: Loose) => [
      line.sourceIdentity.id,
      line.provisioningAction,
      line.provisioningStatusInfo.status,
      line.provisioningStatusInfo.errorInformation?.errorCode ?? null,
    ])
  }
  const named = (upn: string) => directory.collection('user').find('userPrincipalName', upn, 'truth')
  return { ...made, at, job, app: app!, upload, log, outcomes, named }
}

t.test('users are accepted without a result, then created with what the mapping says', async t => {
  const { upload, outcomes, named, job, log, directory } = await bed(t)
  const reply = await upload([
    person('701984', {
      name: { familyName: 'Jensen', givenName: 'Barbara' },
      title: 'Tour Guide',
      addresses: [{ type: 'work', locality: 'Hollywood', country: 'USA' }],
      phoneNumbers: [{ type: 'work', value: '555-555-5555' }],
      [enterprise]: { department: 'Tours', manager: { value: '701985' } },
    }),
    person('701985', { active: false }),
  ])
  t.match(reply, { status: 202, body: undefined })
  t.equal(decodeURIComponent(reply.headers['location']!), `${root}/auditLogs/provisioning/?$filter=jobid eq '${job}'`)
  t.strictSame((await log()).value, [])
  t.equal(named('person701984@contoso.com'), undefined)
  t.strictSame((await outcomes()).toSorted(), [
    ['701984', 'create', 'success', null],
    ['701985', 'create', 'success', null],
  ])
  const user = named('person701984@contoso.com')!
  t.match(user, {
    employeeId: '701984',
    surname: 'Jensen',
    givenName: 'Barbara',
    jobTitle: 'Tour Guide',
    city: 'Hollywood',
    country: 'USA',
    businessPhones: ['555-555-5555'],
    department: 'Tours',
    accountEnabled: true,
    userType: 'Member',
  })
  const manager = named('person701985@contoso.com')!
  t.equal(manager['accountEnabled'], false)
  t.match(directory.related('user', user.id, 'manager', 1, undefined, 'truth').references, [{ id: manager.id }])
  t.equal([...directory.truthOf('user')].filter(({ created }) => created === 1).length, 2)
})

t.test('a user that exists is updated in what differs, disabled, or skipped', async t => {
  const { upload, outcomes, named } = await bed(t)
  await upload([person('1'), person('2'), person('3')])
  await outcomes()
  await upload([person('1', { title: 'Guide' }), person('2', { active: false }), person('3')])
  t.strictSame((await outcomes()).slice(0, 3).toSorted(), [
    ['1', 'update', 'success', null],
    ['2', 'disable', 'success', null],
    ['3', 'update', 'skipped', null],
  ])
  t.match(named('person1@contoso.com'), { jobTitle: 'Guide' })
  t.match(named('person2@contoso.com'), { accountEnabled: false })
})

t.test('the log says why a user failed, and the others are processed', async t => {
  const { upload, outcomes, send, cloud, synced, usersWhere } = await bed(t)
  const [one, other] = usersWhere(user => user.id !== cloud.id && user['onPremisesSyncEnabled'] === null, 2)
  for (const { id } of [one!, other!])
    await send('PATCH', `/users/${id}`, { employeeId: 'twice' }, { permissions: ['User.ReadWrite.All'] })
  await upload([
    person('a', { userName: 'a@nobody.example' }),
    person('b', { userName: cloud['userPrincipalName'] }),
    person('twice'),
    person(String(synced['employeeId']), { title: 'Another' }),
    person('', {}),
    person('c'),
  ])
  const found = Object.fromEntries((await outcomes()).map(([id, ...rest]: Loose) => [id, rest]))
  t.strictSame(found['a'], ['create', 'failure', 'AzureActiveDirectoryInvalidUserPrincipalName'])
  t.match(found['b'], ['create', 'failure', String])
  t.strictSame(found['twice'], ['other', 'failure', 'DuplicateTargetEntries'])
  t.strictSame(found[String(synced['employeeId'])], [
    'update',
    'failure',
    'AzureActiveDirectoryCannotUpdateObjectsOriginatedInExternalService',
  ])
  t.strictSame(found[''], ['other', 'failure', 'MissingMatchingAttribute'])
  t.strictSame(found['c'], ['create', 'success', null])
})

t.test('a request that is no bulk request of users is refused, with what is wrong', async t => {
  const { upload, at, send, job } = await bed(t)
  const refused = (why: string) => ({
    status: 400,
    body: { code: 'InvalidDataFormat', message: `Invalid Data Format: ${why}` },
  })
  t.match(
    await upload([person('1')], { headers: { 'content-type': 'application/json' } }),
    refused('Content-Type is not application/scim+json'),
  )
  t.match(await upload([person('1')], {}, { schemas: [] }), refused('schemas is not that of a bulk request'))
  t.match(await upload([]), refused('Operations is missing'))
  t.match(
    await upload(Array.from({ length: 51 }, (_, at) => person(String(at)))),
    refused('Operations has more than 50 items'),
  )
  for (const [more, why] of [
    [{ method: 'PUT' }, 'method of Operations[0] is not POST'],
    [{ bulkId: '' }, 'bulkId of Operations[0] is missing'],
    [{ path: '/Groups' }, 'path of Operations[0] is not /Users'],
    [{ data: {} }, 'data of Operations[0] has no schemas'],
  ] as const)
    t.match(await upload([], {}, { Operations: [{ ...operation(person('1')), ...more }] }), refused(why))
  t.match(await upload([person('1')], { permissions: ['User.ReadWrite.All'] }), denied)
  const other = `${at}/${job}x/bulkUpload`
  t.match(await send('POST', other, {}, { permissions, headers: scim }), { status: 404 })
})

t.test('the log is filtered, ordered and paged', async t => {
  const { upload, outcomes, log, job } = await bed(t)
  await upload(['1', '2', '3'].map(id => person(id)))
  await outcomes()
  const first = await log('$top=2&$orderby=activityDateTime')
  t.equal(first.value.length, 2)
  const rest = await log(new URL(first['@odata.nextLink']).search.slice(1))
  t.equal(rest.value.length, 1)
  t.notOk('@odata.nextLink' in rest)
  const { changeId, activityDateTime } = first.value[0]
  t.equal((await log(`$filter=changeid eq '${changeId}' and contains(jobId,'API2AAD')`)).value.length, 1)
  t.equal((await log(`$filter=jobId eq '${job}' and activityDateTime gt ${activityDateTime}`)).value.length, 0)
  t.equal((await log(`$filter=jobId eq '${job.toLowerCase()}x'`)).value.length, 0)
  t.match(await log('$filter=status eq 1'), { code: 'BadRequest' })
  t.match(await log('$filter=jobId'), { code: 'BadRequest' })
  t.match(await log('$select=id'), { code: 'BadRequest' })
})

t.test('a job and a line of the log are read by id', async t => {
  const { upload, outcomes, log, job, app, at, send } = await bed(t)
  const reads = { permissions: ['Synchronization.Read.All', 'AuditLog.Read.All'] }
  t.match(await send('GET', `${at}/${job}`, undefined, reads), {
    status: 200,
    body: {
      '@odata.context': `${root}/$metadata#servicePrincipals('${app}')/synchronization/jobs/$entity`,
      id: job,
      templateId: 'API2AAD',
    },
  })
  t.match(await send('GET', `${at}/${job}x`, undefined, reads), { status: 404 })
  await upload([person('1')])
  await outcomes()
  const [line] = (await log()).value
  const { status, body } = await send('GET', `/auditLogs/provisioning/${line.id}`, undefined, reads)
  t.equal(status, 200)
  t.strictSame(body, { '@odata.context': `${root}/$metadata#auditLogs/provisioning/$entity`, ...line })
  t.match(await send('GET', `/auditLogs/provisioning/${job}`, undefined, reads), { status: 404 })
  t.match(await send('GET', `/auditLogs/provisioning/${line.id}`, undefined, { permissions }), denied)
})

t.test('with permissions that end in OwnedBy, an app reads the job of what it owns, and uploads to it', async t => {
  const { upload, at, job, app, send, directory } = await bed(t)
  const [other] = directory
    .collection('servicePrincipal')
    .slice({ order: 'default', view: 'direct', where: ({ id }) => id !== app }, 1, ['id']).ids
  const as = { app: other!, permissions: ['SynchronizationData-User.Upload.OwnedBy', 'Application.ReadWrite.OwnedBy'] }
  t.match(await upload([person('1')], as), denied)
  t.match(await send('GET', at, undefined, as), denied)
  t.match(await send('GET', `${at}/${job}`, undefined, as), denied)
  const target = { kind: 'servicePrincipal', id: other! } as const
  mutate(directory, { do: 'link', kind: 'servicePrincipal', id: app, relation: 'owners', target }, 'control')
  t.match(await upload([person('1')], as), { status: 202 })
  t.match(await send('GET', at, undefined, as), { status: 200 })
  t.match(await send('GET', `${at}/${job}`, undefined, as), { status: 200 })
})
