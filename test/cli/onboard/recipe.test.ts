import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { onboardDesk } from './onboard-desk.ts'

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')
const header = 'displayName,userPrincipalName,employeeId,UsageLocation,Groups,Role,Manager'
const desk = await onboardDesk(t)
const people = (...rows: readonly string[]): string => `${[header, ...rows].join('\n')}\n`
const operations = (
  results: readonly { readonly key: unknown; readonly operation: unknown; readonly outcome: unknown }[],
) => results.map(({ key, operation, outcome }) => `${String(key)} ${String(operation)} ${String(outcome)}`)
/** Users of a name as the directory shows them. */
const users = async (name: string) => {
  await desk.run(
    ...['export', 'users', '--tenant', 'contoso', '--to', 'users.jsonl', '--quiet'],
    ...['--select', 'id,userPrincipalName,department,usageLocation,employeeId'],
    ...['--filter', `startsWith(userPrincipalName,'${name}')`],
  )
  return desk.rowsOf('users.jsonl')
}

t.test('a person gets everything in order, what a group gives by the group, and the role last', async t => {
  const ran = await desk.onboard(
    people(
      'Ann Lee,ann.lee@contoso.com,A1,,Sales Team;LIC-M365-E3,,bob.ray@contoso.com',
      'Bob Ray,bob.ray@contoso.com,A2,FR,,Reports Reader,',
    ),
    ...['--sku', 'SPE_E3,POWER_BI_PRO', '--set', 'department=Sales', '--usage-location', 'DE', '--match', 'employeeId'],
    ...['--reason', 'New cohort', '--role-mode', 'eligible', '--role-until', '2040-01-31'],
  )
  t.equal(ran.status, 0, ran.stderr)
  t.strictSame(operations(ran.results), [
    '2 create-user done',
    '2 assign-license done',
    '2 add-member done',
    '2 add-member done',
    '2 await-license unchanged',
    '2 set-manager done',
    '3 create-user done',
    '3 assign-license done',
    '3 assign-license done',
    '3 assign-eligible-role done',
  ])
  t.match(ran.results[4], { message: 'The group gives Microsoft 365 E3 (SPE_E3).' })
  t.match(
    (await users('ann.lee')).concat(await users('bob.ray')),
    [
      { department: 'Sales', usageLocation: 'DE' },
      { department: 'Sales', usageLocation: 'FR' },
    ],
    'columns take precedence',
  )
  const truth = new Map((await desk.truth('user')).map(each => [each['userPrincipalName'], each['passwordSha256']]))
  t.strictSame(
    [...desk.handedOut(ran.credentials)].map(([user, secret]) => [user, truth.get(user) === sha256(secret)]),
    [
      ['ann.lee@contoso.com', true],
      ['bob.ray@contoso.com', true],
    ],
  )
  t.test('the undo takes everything back, the account at the end', async t => {
    const [, run] = /runs undo (\S+)/.exec(ran.stderr)!
    const undone = await desk.run('runs', 'undo', run!, '--tenant', 'contoso', '--yes', '--max-removals', '50')
    t.equal(undone.status, 0, undone.stderr)
    t.strictSame([...(await users('ann.lee')), ...(await users('bob.ray'))], [])
  })
})

t.test('with a pass, the pass is handed out, and nobody ever learns the password', async t => {
  const ran = await desk.onboard(people('Cleo Fox,cleo.fox@contoso.com,B1,DE,,,'), '--access-pass')
  t.equal(ran.status, 0, ran.stderr)
  t.strictSame(operations(ran.results), ['2 create-user done', '2 create-access-pass done'])
  const [[user, pass]] = [...desk.handedOut(ran.credentials)] as [[string, string]]
  t.equal(user, 'cleo.fox@contoso.com')
  const [person] = (await desk.truth('user')).filter(each => each['userPrincipalName'] === user)
  t.not(person!['passwordSha256'], sha256(pass))
  t.match(person, { passwordSha256: /^[0-9a-f]{64}$/ })
  const [, run] = /runs undo (\S+)/.exec(ran.stderr)!
  const entries = await desk.look(async store =>
    store.read(run!, reader => reader.phase('onboard').ledger().entries({ limit: 10 })),
  )
  t.strictSame(
    entries.map(({ row, hasSecrets }) => [row.kind, hasSecrets]),
    [
      ['create-user', undefined],
      ['create-access-pass', undefined],
    ],
  )
})

t.test('active roles that end have a schedule, and their undo takes it away', async t => {
  const row = people('Dan Orr,dan.orr@contoso.com,B2,DE,,Reports Reader,')
  const ran = await desk.onboard(row, '--role-until', '2040-01-31', '--reason', 'Stand-in')
  t.strictSame(operations(ran.results), ['2 create-user done', '2 assign-timed-role done'])
  const [, run] = /runs undo (\S+)/.exec(ran.stderr)!
  const undone = await desk.run('runs', 'undo', run!, '--tenant', 'contoso', '--yes')
  t.equal(undone.status, 0, undone.stderr)
  t.strictSame(await users('dan.orr'), [])
})

t.test('the same file again creates nobody, whatever the names are, and hands out nothing', async t => {
  const file = people(
    'Eve Kay,eve.kay@contoso.com,C1,DE,Sales Team,,',
    'Eve Kay,eve.kay@contoso.com,C2,DE,Sales Team,,eve.kay@contoso.com',
    'Eve Kay,EVE.KAY@contoso.com,C3,DE,Sales Team,,C1',
  )
  const flags = ['--match', 'employeeId', '--on-conflict', 'suffix', '--sku', 'SPE_E3']
  const first = await desk.onboard(file, ...flags)
  t.equal(first.status, 0, first.stderr)
  const named = (await users('eve.kay')).map(each => [each['employeeId'], each['userPrincipalName']]).toSorted()
  t.strictSame(named, [
    ['C1', 'eve.kay@contoso.com'],
    ['C2', 'eve.kay2@contoso.com'],
    ['C3', 'EVE.KAY3@contoso.com'],
  ])
  const second = await desk.onboard(file, ...flags)
  t.equal(second.status, 0, second.stderr)
  t.ok(second.results.every(({ outcome }) => outcome === 'unchanged'))
  t.match(second.stderr, /No password or pass was made/)
  t.equal((await users('eve.kay')).length, 3)
})

t.test(
  'a name that somebody else has fails, is skipped, or gets a number; the same person is never a conflict',
  async t => {
    await desk.onboard(people('Kim Poe,kim.poe@contoso.com,D1,DE,,,'))
    const other = people('Kim Poe,kim.poe@contoso.com,D2,DE,,,')
    t.match(await desk.onboard(other), { status: 3, results: [{ outcome: 'failed', code: 'USER_EXISTS' }] })
    t.match(await desk.onboard(other, '--on-conflict', 'skip'), {
      status: 3,
      results: [{ outcome: 'skipped', code: 'USER_EXISTS' }],
    })
    t.match(await desk.onboard(other, '--match', 'employeeId', '--if-not-exists'), {
      status: 3,
      results: [{ outcome: 'failed', code: 'USER_EXISTS' }],
    })
    const same = await desk.onboard(
      people('Kim Poe,kim.poe.new@contoso.com,D1,DE,Sales Team,,'),
      '--match',
      'employeeId',
    )
    t.strictSame(operations(same.results), ['2 add-member done'])
    t.strictSame(await users('kim.poe.new'), [])
  },
)

t.test('what is missing of an account is completed, and nothing of it is overwritten', async t => {
  const boss = 'bob.boss@contoso.com'
  await desk.onboard(
    people(
      `Bob Boss,${boss},F0,DE,,,`,
      `Lou Ash,lou.ash@contoso.com,F1,DE,,,${boss}`,
      'May Orr,may.orr@contoso.com,F2,DE,,,',
    ),
    '--set',
    'department=Legal',
  )
  const ran = await desk.onboard(
    people(
      'Lou Ash,lou.ash@contoso.com,F1,FR,Sales Team,,may.orr@contoso.com',
      'May Orr,may.orr@contoso.com,F2,FR,,,lou.ash@contoso.com',
    ),
    ...['--if-not-exists', '--set', 'department=Sales', '--access-pass'],
  )
  t.equal(ran.status, 0, ran.stderr)
  t.strictSame(operations(ran.results), ['2 add-member done', '3 set-manager done'])
  t.match(await users('lou.ash'), [{ department: 'Legal', usageLocation: 'DE' }])
})

t.test('a later step that fails says so, the password is handed out, and the same file completes the rest', async t => {
  const row = people('Zed Roe,zed.roe@contoso.com,G1,DE,Sales Team,,')
  const flags = ['--sku', 'PROJECTPROFESSIONAL', '--match', 'employeeId']
  const short = await desk.onboard(row, ...flags)
  t.match([short.status, short.stderr], [5, /1 needed, 0 free, short by 1\. Nothing was sent\./])
  t.strictSame(await users('zed.roe'), [])
  await desk.graceOnly('PROJECTPROFESSIONAL')
  const ran = await desk.onboard(row, ...flags)
  t.equal(ran.status, 3, ran.stderr)
  t.strictSame(operations(ran.results), ['2 create-user done', '2 assign-license failed', '2 add-member skipped'])
  t.match(
    ran.results.map(({ message }) => message),
    [
      null,
      / Done before it: create-user\.$/,
      'Step 2 of this row (assign-license) ended failed, so this step was not sent.',
    ],
  )
  t.strictSame([...desk.handedOut(ran.credentials).keys()], ['zed.roe@contoso.com'])
  await desk.seats('PROJECTPROFESSIONAL', 50)
  const again = await desk.onboard(row, ...flags)
  t.strictSame(operations(again.results), ['2 assign-license done', '2 add-member done'])
  t.equal((await users('zed.roe')).length, 1)
})

t.test('passwords of the file that are ignored stand nowhere in the store', async t => {
  const ran = await desk.onboard(
    'displayName,userPrincipalName,password\nPat Ash,pat.ash@contoso.com,Quiet-Harbour-71\nSue Ash,sue.ash@contoso.com,Quiet-Harbour-72\n',
    ...['--columns', 'password=', '--limit', '1'],
  )
  t.match(ran.stderr, /runs resume/)
  const kept = readdirSync(join(desk.folder, 'store', 'runs'), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name)))
  t.ok(kept.some(bytes => bytes.includes('sue.ash@contoso.com')))
  t.notOk(kept.some(bytes => bytes.includes('Quiet-Harbour')))
})

t.test('the same command hands out the passwords of a run that ended before it could', async t => {
  desk.write('people.csv', people('Ivo Lim,ivo.lim@contoso.com,H1,DE,,,'))
  const command = (name: string, saw: () => void) =>
    desk.runWith(
      {
        answers: [
          [/Passphrase for the credentials file/, 'correct horse battery\r'],
          [/again/, 'correct horse battery\r'],
        ],
        saw,
      },
      ...[
        'onboard',
        '--from',
        'people.csv',
        '--tenant',
        'contoso',
        '--yes',
        '--match',
        'employeeId',
        '--credentials',
        name,
      ],
    )
  const first = await command('ivo.age', () => desk.write('ivo.age', 'of somebody else'))
  const [, run] = /runs credentials (\S+) --to/.exec(first.stderr) ?? []
  t.match(first, { status: 2, stderr: /1 password is set and not handed out/ })
  const elsewhere = await command('other.age', () => undefined)
  t.match(
    elsewhere.stderr,
    new RegExp(`An earlier run \\(${run}\\) ended before [^]*1 password is set and not handed out`),
  )
  rmSync(join(desk.folder, 'ivo.age'))
  const again = await command('ivo.age', () => undefined)
  t.equal(again.status, 0, again.stderr)
  t.match(again.stderr, new RegExp(`An earlier run \\(${run}\\) ended before [^]*1 password handed out in .*ivo\\.age`))
  t.notMatch(again.stderr, /nothing to hand out/)
  t.match(desk.textOf('ivo.age'), /^age-encryption/)
})

t.test('the results of people who lack nothing have their columns and the name of their account', async t => {
  const text = [
    'displayName,userPrincipalName,employeeId,UsageLocation,Licence',
    'Jo Ng,jo.ng@contoso.com,J1,DE,SPE_E3',
  ].join('\n')
  const made = await desk.onboard(text, '--match', 'employeeId')
  t.strictSame(operations(made.results), ['2 create-user done', '2 assign-license done'])
  const moved = text.replace('jo.ng@', 'jo.other@').replace('Licence', 'department').replace('SPE_E3', 'Sales')
  await desk.onboard(moved, '--match', 'employeeId')
  t.match(desk.rowsOf('results.jsonl'), [
    {
      outcome: 'unchanged',
      employeeId: 'J1',
      userPrincipalName: 'jo.other@contoso.com',
      message: 'The person has the account jo.ng@contoso.com, and nothing is missing of it.',
    },
  ])
})

t.test(
  'a manager whose name is that of a user, and of a row whose person gets another one, is not guessed',
  async t => {
    const boss = (await users('b'))
      .map(user => String(user['userPrincipalName']))
      .find(name => /^\w+\.\w+@contoso\.com$/.test(name))!
    const numbered = boss.replace('@', '2@')
    const text = (manager: string) =>
      people(`Namesake,${boss},N1,DE,,,`, `Led Person,led.person@contoso.com,N2,DE,,,${manager}`)
    const flags = ['--match', 'employeeId', '--on-conflict', 'suffix']
    const first = await desk.onboard(text(boss), ...flags)
    const refused = {
      key: 3,
      operation: 'create-user',
      code: 'MANAGER_AMBIGUOUS',
      message: new RegExp(`line 2, .* ${numbered}`),
    }
    t.match(first.results, [{ key: 2, outcome: 'done' }, refused])
    const again = await desk.onboard(text(boss), ...flags)
    t.match(
      again.results.filter(({ key }) => key === 3),
      [refused],
      'also once that person is there',
    )
    const named = await desk.onboard(text(numbered), ...flags)
    t.match(operations(named.results.filter(({ key }) => key === 3)), ['3 create-user done', '3 set-manager done'])
  },
)
