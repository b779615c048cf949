import t from 'tap'
import { systemClock, type Clock } from '../../src/core/clock.ts'
import { giveAppRole } from '../sandbox/give-app-role.ts'
import { changeDesk, type Line } from './change-desk.ts'
import { summaryOf } from './command-bed.ts'

const desk = await changeDesk(
  t,
  {},
  {
    users: 300,
    tls: false,
    licences: { skus: [{ sku: 'POWER_BI_PRO', enabled: 400, direct: 1 }], withoutUsageLocation: 0 },
  },
)
const everybody = await desk.people('id,userPrincipalName,userType,accountEnabled,onPremisesSyncEnabled')
const principals = async (list: string): Promise<readonly unknown[]> =>
  desk.rowsOf(await desk.exported('graph', `/roleManagement/directory/${list}`)).map(({ principalId }) => principalId)
const active = await principals('roleAssignments')
const holders = new Set([...active, ...(await principals('roleEligibilitySchedules'))])
const people = everybody
  .filter(({ id, userType }) => userType === 'Member' && !holders.has(id))
  .filter(user => user['accountEnabled'] === true && user['onPremisesSyncEnabled'] !== true)
const names = people.map(user => String(user['userPrincipalName']))
const synced = everybody.find(user => user['onPremisesSyncEnabled'] === true && user['accountEnabled'] === true)!
const all = ['--remove-groups', '--remove-roles', '--remove-licenses']
const idOf = (name: string): string => String(everybody.find(user => user['userPrincipalName'] === name)!['id'])
const dayMs = 24 * 60 * 60 * 1000

/** The clock of this machine, so many days ahead. */
const inDays = (days: number): { readonly clock: Clock } => ({
  clock: { now: () => Date.now() + days * dayMs, sleep: systemClock.sleep },
})
const offboard = (users: readonly string[], ...flags: readonly string[]) => {
  desk.write('in.csv', `userPrincipalName\n${users.map(name => `${name}\n`).join('')}`)
  return desk.run(
    'offboard',
    '--tenant',
    'sandbox',
    '--from',
    'in.csv',
    '--yes',
    '--json',
    '--max-removals',
    '500',
    ...flags,
  )
}
const resultsOf = async (run: string): Promise<readonly Line[]> => {
  const { stdout } = await desk.run('runs', 'results', run)
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line)
    .slice(0, -1)
}
const listed = async (path: string, ...flags: readonly string[]): Promise<readonly Line[]> =>
  desk.rowsOf(await desk.exported('graph', path, ...flags))
const roleOf = '/roleManagement/directory'
const idsOf = (lines: readonly Line[]): readonly string[] => lines.map(({ id }) => String(id)).sort()

/** What an offboarding may take from a person, as the directory shows it. */
const held = async (name: string) => {
  const id = idOf(name)
  const [user] = await desk.people('id,accountEnabled,licenseAssignmentStates', `id eq '${id}'`)
  const roles = async (list: string) =>
    (await listed(`${roleOf}/${list}`))
      .filter(({ principalId }) => principalId === id)
      .map(({ roleDefinitionId, directoryScopeId }) => `${String(roleDefinitionId)} ${String(directoryScopeId)}`)
      .sort()
  return {
    enabled: user!['accountEnabled'],
    licences: (user!['licenseAssignmentStates'] as readonly Line[])
      .filter(({ assignedByGroup }) => assignedByGroup === null)
      .map(({ skuId, disabledPlans }) => ({ skuId, disabledPlans })),
    groups: idsOf(
      (await listed(`/users/${id}/memberOf`)).filter(one => one['@odata.type'] === '#microsoft.graph.group'),
    ),
    owned: idsOf(await listed(`/users/${id}/ownedObjects`)),
    active: await roles('roleAssignments'),
    eligible: await roles('roleEligibilitySchedules'),
  }
}
const run = async (command: string, text: string, ...flags: readonly string[]) => {
  desk.write('set.csv', text)
  const ran = await desk.run(...command.split(' '), '--tenant', 'sandbox', '--from', 'set.csv', '--yes', ...flags)
  if (ran.status !== 0) throw new Error(ran.stderr)
}
const countsOf = (ran: { readonly stdout: string }) => summaryOf(ran).summary.counts
const [ann, bob, cleo, dan, eve, fay, guy, hal, dora] = names.slice(-20) as [
  string,
  ...string[],
] as readonly string[] as [string, string, string, string, string, string, string, string, string]
// Who holds a role is only disabled by a higher one.
await giveAppRole(await desk.connection(), 'Global Administrator')
await run(
  'groups create',
  `displayName,mailEnabled,securityEnabled,mailNickname\nAlone,false,true,alone\nTwo,false,true,two\n`,
)
await run('owners add', `groupName,userPrincipalName\nAlone,${ann}\nTwo,${ann}\nTwo,${hal}\n`)
await run('roles assign', `role,principal\nReports Reader,${ann}\n`)
await run('roles assign', `role,principal\nReports Reader,${ann}\n`, '--eligible')
await run('licenses modify', `userPrincipalName\n${ann}\n`, '--sku', 'POWER_BI_PRO', '--disable-plans', 'BI_AZURE_P2')

t.test('a person loses what can be taken, in order, and the undo gives everything back but sessions', async t => {
  const before = await held(ann)
  t.match(
    before,
    { enabled: true, active: { length: 1 }, eligible: { length: 1 }, owned: { length: 2 } },
    JSON.stringify(before),
  )
  await desk.writes()
  const made = await offboard([ann], ...all)
  t.equal(made.status, 3, made.stderr)
  const results = await resultsOf(summaryOf(made).run)
  const skipped = results.filter(({ outcome }) => outcome === 'skipped')
  t.strictSame(
    results.filter(({ outcome }) => outcome !== 'done' && outcome !== 'skipped'),
    [],
  )
  t.ok(
    skipped.some(
      ({ code, message }) =>
        code === 'LAST_OWNER' && message === 'Alone would have no owner, so the user stays its owner.',
    ),
  )
  t.ok(skipped.every(({ fix }) => typeof fix === 'string'))
  t.ok(results.every(({ userPrincipalName }) => userPrincipalName === ann))
  const kinds = results
    .filter(({ outcome }) => outcome === 'done')
    .toSorted((one, other) => (String(one['at']) < String(other['at']) ? -1 : 1))
    .map(({ operation }) => operation)
  const order = [
    'disable-user',
    'revoke-sessions',
    'unassign-role',
    'unassign-eligible-role',
    'remove-member',
    'remove-owner',
    'remove-license',
  ]
  t.strictSame(new Set(kinds), new Set(order))
  const after = await held(ann)
  const kept = skipped
    .filter(({ operation }) => operation === 'remove-member')
    .map(({ target }) => String(target).split('/')[0]!)
  t.match(after, { enabled: false, licences: { length: 0 }, active: { length: 0 }, eligible: { length: 0 } })
  t.strictSame(after.groups, kept.toSorted())
  t.equal(after.owned.length, 1)

  await desk.writes()
  const again = await offboard([ann], ...all)
  t.strictSame(await desk.writes(), {})
  t.match(countsOf(again), { done: 0, failed: 0, skipped: skipped.length })

  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json', '--include-privileged')
  t.equal(undone.status, 0, undone.stderr)
  t.strictSame(await held(ann), before)

  await desk.writes()
  const twice = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json', '--include-privileged')
  t.match([twice.status, countsOf(twice)], [0, { done: 0, failed: 0, skipped: 0 }], twice.stderr)
  t.strictSame([await desk.writes(), await held(ann)], [{}, before])
})

t.test('the undo of revoked sessions says that they stay ended, and fails nothing', async t => {
  const text = `userPrincipalName\n${bob}\n`
  desk.write('off.csv', text)
  const off = await desk.run('users', 'disable', '--tenant', 'sandbox', '--from', 'off.csv', '--yes', '--json')
  t.equal(off.status, 0, off.stderr)
  const only = summaryOf(await offboard([bob])).run
  t.match(await resultsOf(only), [
    { operation: 'disable-user', outcome: 'unchanged' },
    { operation: 'revoke-sessions', outcome: 'done' },
  ])
  const undone = await desk.run('runs', 'undo', only, '--yes', '--json')
  t.match([undone.status, countsOf(undone)], [3, { rows: 1, skipped: 1, failed: 0 }], undone.stderr)
  const sentence = 'Sessions that were ended stay ended: people sign in again.'
  t.match(await resultsOf(summaryOf(undone).run), [
    { operation: 'revoke-sessions', outcome: 'skipped', code: 'NOT_UNDOABLE', message: sentence },
  ])
  const back = await desk.run('runs', 'undo', summaryOf(off).run, '--yes')
  t.equal(back.status, 0, back.stderr)
  const both = summaryOf(await offboard([bob], '--fresh')).run
  const given = await desk.run('runs', 'undo', both, '--yes', '--json')
  t.match(
    [given.status, summaryOf(given).summary],
    [0, { counts: { done: 1 }, notes: [`Not undone in 1 row: ${sentence}`] }],
    given.stderr,
  )
})

t.test('the undo of an offboarding says that an account was deleted since', async t => {
  const made = await offboard([dora], '--remove-groups')
  t.match(countsOf(made), { failed: 0 }, made.stderr)
  await run('users delete', `userPrincipalName\n${dora}\n`)
  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.equal(undone.status, 3, undone.stderr)
  const [failed] = (await resultsOf(summaryOf(undone).run)).filter(({ outcome }) => outcome === 'failed')
  t.match(failed, { code: 'OBJECT_NOT_FOUND', fix: /^If it is in the recycle bin, restore it, and undo the run again/ })
  await run('users restore', `id\n${idOf(dora)}\n`)
  const again = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.match([again.status, countsOf(again)], [0, { failed: 0 }], again.stderr)
})

t.test('roles that end, and those that begin later, are given back with their times', async t => {
  const schedules = async (list: string) =>
    (await listed(`${roleOf}/${list}`))
      .filter(({ principalId }) => principalId === idOf(bob))
      .map(({ roleDefinitionId, scheduleInfo }) => {
        const { startDateTime, expiration } = scheduleInfo as { startDateTime: string; expiration: Line }
        return { roleDefinitionId, expiration, begins: Date.parse(startDateTime) > Date.now() && startDateTime }
      })
  const readers = '4a5d8f65-41da-4de4-8968-e035b65339cf'
  const connection = await desk.connection()
  const { accessToken } = JSON.parse(await desk.control('POST', '/tokens')) as { readonly accessToken: string }
  const ask = async (list: string, startDateTime: string, endDateTime: string, role = readers) => {
    const reply = await fetch(`${connection.baseUrl}${roleOf}/${list}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...{ action: 'adminAssign', justification: 'Holidays', principalId: idOf(bob), directoryScopeId: '/' },
        roleDefinitionId: role,
        scheduleInfo: { startDateTime, expiration: { type: 'afterDateTime', endDateTime } },
      }),
    })
    t.equal(reply.status, 201, await reply.text())
  }
  await ask('roleAssignmentScheduleRequests', '2020-01-01T00:00:00Z', '2040-01-31T00:00:00Z')
  const others = '88d8e3e3-8f55-4a1e-953a-9b9898b8876b'
  await ask('roleAssignmentScheduleRequests', '2039-01-01T00:00:00Z', '2040-03-31T00:00:00Z', others)
  await ask('roleEligibilityScheduleRequests', '2039-01-01T00:00:00Z', '2040-02-29T00:00:00Z')
  const before = [await schedules('roleAssignmentSchedules'), await schedules('roleEligibilitySchedules')]
  t.match(before, [
    [
      { begins: false, expiration: { endDateTime: '2040-01-31T00:00:00Z' } },
      { begins: '2039-01-01T00:00:00Z', expiration: { endDateTime: '2040-03-31T00:00:00Z' } },
    ],
    [{ begins: '2039-01-01T00:00:00Z', expiration: { endDateTime: '2040-02-29T00:00:00Z' } }],
  ])
  const made = await offboard([bob], '--remove-roles')
  t.equal(made.status, 0, made.stderr)
  t.strictSame((await resultsOf(summaryOf(made).run)).map(({ operation }) => operation).sort(), [
    ...['disable-user', 'revoke-sessions', 'unassign-eligible-role', 'unassign-timed-role', 'unassign-timed-role'],
  ])
  t.strictSame(await held(bob).then(({ active, eligible }) => [active, eligible]), [[], []])
  const undone = await desk.run('runs', 'undo', summaryOf(made).run, '--yes', '--json')
  t.equal(undone.status, 0, undone.stderr)
  t.strictSame([await schedules('roleAssignmentSchedules'), await schedules('roleEligibilitySchedules')], before)
})

t.test('licences and accounts go later, and only from who is still disabled', async t => {
  const planned = await offboard([bob, cleo], '--remove-licenses', '--after', '30d', '--delete-after', '60d')
  t.match([planned.status, countsOf(planned)], [0, { done: 2, waiting: 4, skipped: 0 }], planned.stderr)
  const { run: id } = summaryOf(planned)
  const shown = JSON.parse((await desk.run('runs', 'show', id, '--json')).stdout) as Line
  t.match(shown['due'], [{ rows: 2 }, { rows: 2 }])
  const again = await offboard([bob, cleo], '--remove-licenses', '--after', '30d', '--delete-after', '60d')
  t.match(
    [again.status, countsOf(again)],
    [0, { done: 0, waiting: 0, skipped: 0 }],
    'what waits already is not planned twice',
  )
  t.match(
    (await resultsOf(summaryOf(again).run)).find(({ operation }) => operation === 'delete-user'),
    {
      outcome: 'unchanged',
      code: 'WAITS_ALREADY',
      message: new RegExp(`already, in run ${id}`),
    },
  )
  const due = (days: number, ...flags: readonly string[]) =>
    desk.runWith(inDays(days), 'runs', 'due', '--yes', '--json', ...flags)
  const first = await due(31)
  t.match([first.status, countsOf(first)], [0, { rows: 2, done: 2 }], first.stderr)
  t.strictSame([(await held(bob)).licences, (await held(cleo)).licences], [[], []])
  await run('users enable', `userPrincipalName\n${cleo}\n`)
  const second = await due(61)
  t.match([second.status, countsOf(second)], [3, { rows: 2, done: 1, skipped: 1 }], second.stderr)
  const left = await desk.people('id,userPrincipalName', `id in ('${idOf(bob)}','${idOf(cleo)}')`)
  t.strictSame(
    left.map(({ userPrincipalName }) => userPrincipalName),
    [cleo],
  )
  t.match(
    (await resultsOf(summaryOf(second).run)).find(({ outcome }) => outcome === 'skipped'),
    {
      code: 'NO_LONGER_HOLDS',
      message: /accountEnabled changed from false to true/,
    },
  )
})

t.test('nothing else is done about a person whose sign-in cannot be blocked', async t => {
  const admin = String(
    everybody.find(({ id, onPremisesSyncEnabled }) => active.includes(id) && onPremisesSyncEnabled !== true)![
      'userPrincipalName'
    ],
  )
  const before = await held(admin)
  const made = await offboard([admin, String(synced['userPrincipalName']), 'nobody@contoso.com'], ...all)
  t.equal(made.status, 3, made.stderr)
  const results = await resultsOf(summaryOf(made).run)
  const ofLine = (line: number) => results.filter(({ key }) => String(key).split('/')[0] === String(line))
  t.match(
    ofLine(2).find(({ key, step }) => key === '2/0' && step === 0),
    { outcome: 'failed', code: 'PROTECTED' },
  )
  t.ok(
    ofLine(2)
      .filter(({ key, step }) => key !== '2/0' || step !== 0)
      .every(({ outcome }) => outcome === 'skipped'),
  )
  t.ok(
    ofLine(2).some(
      ({ message }) => message === 'Row 2/0 (disable-user), which comes first, ended failed, so it was not sent.',
    ),
  )
  t.match(ofLine(3), [{ outcome: 'skipped', code: 'ON_PREMISES' }])
  t.match(ofLine(4), [{ outcome: 'failed', code: 'OBJECT_NOT_FOUND' }])
  t.strictSame(await held(admin), before)
})

t.test('a dry run names what each person has and would lose, and what stays', async t => {
  desk.write('in.csv', `Who\n${dan}\n`)
  const wrong = await desk.run('offboard', '--tenant', 'sandbox', '--from', 'in.csv', ...all, '--dry-run')
  t.match([wrong.status, wrong.stderr], [2, /Who/])
  desk.write('in.csv', `mail,Notes\n${dan},x\n${dan},y\n`)
  const dryRun = ['offboard', '--tenant', 'sandbox', '--from', 'in.csv', '--columns', 'Notes=', ...all, '--dry-run']
  const dry = await desk.run(...dryRun)
  t.match(dry.stderr, new RegExp(`${dan}, enabled: loses .*memberships? and 1 product`))
  t.match(dry.stderr, /stays: .* is a dynamic group: its members follow from its rule/)
  const json = await desk.run(...dryRun, '--json')
  t.match(summaryOf(json).summary, {
    offboarding: { total: 1, people: [{ user: dan, enabled: true }] },
    counts: { unchanged: 1 },
  })
  t.strictSame((await held(dan)).enabled, true)
})

t.test('owners who leave together do not leave a group without one', async t => {
  await run('groups create', 'displayName,mailEnabled,securityEnabled,mailNickname\nBoth,false,true,both\n')
  await run('owners add', `groupName,userPrincipalName\nBoth,${eve}\nBoth,${fay}\n`)
  const made = await offboard([eve, fay], '--remove-groups')
  const owners = (await resultsOf(summaryOf(made).run)).filter(({ operation }) => operation === 'remove-owner')
  t.strictSame(owners.map(({ outcome, code }) => [outcome, code]).toSorted(), [
    ['done', null],
    ['skipped', 'LAST_OWNER'],
  ])
})

t.test('options without an effect are refused in a sentence, and a list without people is none', async t => {
  for (const [flags, sentence] of [
    [['--after', '30d'], /--after has no effect alone/],
    [
      ['--remove-licenses', '--after', '60d', '--delete-after', '30d'],
      /would be deleted \(30d\) before their licences go \(60d\)/,
    ],
    [['--delete-after', 'never'], /Expected --delete-after to be a time with its unit/],
  ] as const) {
    const { status, stderr } = await offboard([guy], ...flags)
    t.match([status, stderr], [2, sentence])
  }
  const empty = await offboard([])
  t.match([empty.status, countsOf(empty)], [0, { rows: 0 }])
})

t.test('columns that mean nothing are named with the command', async t => {
  desk.write('extra.csv', `userPrincipalName,LicenseSKU\n${names[0]!},SPE_E3\n`)
  const { status, stderr } = await desk.run('offboard', '--tenant', 'sandbox', '--from', 'extra.csv', '--dry-run')
  t.match([status, stderr], [2, /offboard has no column LicenseSKU\. It takes user\./])
})
