/**
 * Offboards people of the sandbox, undoes it, and compares the directory property by property:
 *
 *     node --conditions=entrapipe-source bench/offboard.ts [people] [users]
 *
 * Some of the people have roles, active and eligible, and own groups. Ends with 1 if somebody keeps what can be taken, if anybody else
 * lost anything, or if the undo leaves a difference other than sessions.
 */
import { isDeepStrictEqual } from 'node:util'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveAppRole } from '../test/sandbox/give-app-role.ts'
import { withDesk, type Desk } from './desk.ts'

const [count = 1_000, users = 10_000] = process.argv.slice(2).map(Number)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

type Line = Readonly<Record<string, unknown>>
type Snapshot = Readonly<Record<string, ReadonlyMap<string, string>>>

const linesOf = (folder: string, name: string): readonly Line[] =>
  readFileSync(join(folder, name), 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Line)

const exported = async ({ run, folder }: Desk, ...argv: readonly string[]): Promise<readonly Line[]> => {
  await run(['export', ...argv, '--to', 'out.jsonl', '--quiet'])
  return linesOf(folder, 'out.jsonl')
}

/** In any order, and without times that every assignment sets again. */
const steady = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(steady).sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([name]) => name !== 'lastUpdatedDateTime' && name !== 'assignedDateTime')
            .map(([name, each]) => [name, steady(each)]),
        )
      : value

const properties = [
  ...['id', 'userPrincipalName', 'displayName', 'mail', 'accountEnabled', 'userType', 'department', 'jobTitle', 'city'],
  ...['country', 'usageLocation', 'employeeId', 'businessPhones', 'otherMails', 'proxyAddresses', 'companyName'],
  ...['createdDateTime', 'onPremisesSyncEnabled', 'assignedLicenses', 'licenseAssignmentStates'],
].join(',')

const roles = '/roleManagement/directory'
const pairs = (lines: readonly Line[], ...names: readonly string[]): ReadonlyMap<string, string> =>
  new Map(lines.map(line => [names.map(name => String(line[name])).join(' '), '']))

/** What the directory has. */
const snapshot = async (desk: Desk): Promise<Snapshot> => {
  const people = await exported(desk, 'users', '--select', properties)
  return {
    users: new Map(people.map(user => [String(user['id']), JSON.stringify(steady(user))])),
    members: pairs(await exported(desk, 'memberships', '--select', 'id'), 'groupId', 'id'),
    owners: pairs(await exported(desk, 'owners', '--of', 'groups', '--select', 'id'), 'groupId', 'id'),
    active: pairs(
      await exported(desk, 'graph', `${roles}/roleAssignments`),
      ...['principalId', 'roleDefinitionId', 'directoryScopeId'],
    ),
    eligible: pairs(
      await exported(desk, 'graph', `${roles}/roleEligibilitySchedules`),
      ...['principalId', 'roleDefinitionId', 'directoryScopeId'],
    ),
  }
}

/** What one snapshot has and another one has not, or has otherwise. */
const without = (one: Snapshot, other: Snapshot): readonly string[] =>
  Object.entries(one).flatMap(([name, all]) =>
    [...all].flatMap(([key, value]) => (other[name]!.get(key) === value ? [] : [`${name} ${key}`])),
  )

/** Changes the directory by a command, with these rows if it reads some. */
const changed = async (
  { run, folder }: Desk,
  command: string,
  text: string | undefined,
  ...flags: readonly string[]
) => {
  if (text !== undefined) writeFileSync(join(folder, 'in.csv'), text)
  const { stdout, seconds, peakMb } = await run([
    ...command.split(' '),
    ...(text === undefined ? [] : ['--from', 'in.csv']),
    ...['--yes', '--json', ...flags],
  ])
  const { run: id, counts } = JSON.parse(stdout.trim().split('\n').at(-1)!) as {
    readonly run: string
    readonly counts: Readonly<Record<string, number>>
  }
  return { id, counts, seconds, peakMb }
}

await withDesk({ users, timeScale: 0, writeMs: 0 }, async desk => {
  const { folder } = desk
  const state = JSON.parse(readFileSync(join(folder, 'store/sandbox/sandbox.json'), 'utf8')) as Parameters<
    typeof giveAppRole
  >[0]
  // Who holds a role is only disabled by a higher one.
  await giveAppRole(state, 'Global Administrator')
  const holders = new Set(
    [
      ...(await exported(desk, 'graph', `${roles}/roleAssignments`)),
      ...(await exported(desk, 'graph', `${roles}/roleEligibilitySchedules`)),
    ].map(({ principalId }) => principalId),
  )
  const people = (
    await exported(desk, 'users', '--select', 'id,userPrincipalName,userType,accountEnabled,onPremisesSyncEnabled')
  )
    .filter(({ id, userType }) => userType === 'Member' && !holders.has(id))
    .filter(user => user['accountEnabled'] === true && user['onPremisesSyncEnabled'] !== true)
    .slice(0, count)
  const names = people.map(user => String(user['userPrincipalName']))
  const ids = new Set(people.map(({ id }) => String(id)))
  say(`${people.length} people of ${users} users`)
  const some = (every: number): readonly string[] => names.filter((_, at) => at % every === 0)
  const rows = (of: readonly string[]) => `role,principal\n${of.map(name => `Reports Reader,${name}\n`).join('')}`
  await changed(desk, 'roles assign', rows(some(20)))
  await changed(desk, 'roles assign', rows(some(30)), '--eligible')
  await changed(
    desk,
    'groups create',
    'displayName,mailEnabled,securityEnabled,mailNickname\nBench one,false,true,bench1\nBench two,false,true,bench2\n',
  )
  await changed(
    desk,
    'owners add',
    `groupName,userPrincipalName\n${some(50)
      .map(name => `Bench one,${name}\n`)
      .join('')}`,
  )
  const before = await snapshot(desk)
  const list = `userPrincipalName\n${names.map(name => `${name}\n`).join('')}`
  const all = [
    '--include-privileged',
    '--max-removals',
    '1000000',
    '--remove-roles',
    '--remove-groups',
    '--remove-licenses',
    '--delete-after',
    '60d',
  ]
  const made = await changed(desk, 'offboard', list, ...all, '--results', 'results.jsonl')
  say(`offboard: ${JSON.stringify(made.counts)}, ${made.seconds.toFixed(1)} s, ${Math.round(made.peakMb)} MB`)
  for (const { key, operation, code, message } of linesOf(folder, 'results.jsonl').filter(
    ({ outcome }) => outcome === 'failed',
  ))
    say(`  ${String(key)} ${String(operation)}: ${String(code)}: ${String(message)}`)
  const after = await snapshot(desk)
  const lost = without(before, after)
  const strange = lost.filter(line => !line.split(' ').some(id => ids.has(id)))
  const kept = [...after['users']!].flatMap(([id, text]) => {
    const user = JSON.parse(text) as Line
    const direct = (user['licenseAssignmentStates'] as readonly Line[]).filter(one => one['assignedByGroup'] === null)
    return ids.has(id) && (user['accountEnabled'] !== false || direct.length > 0) ? [id] : []
  })
  const stillHolds = ['active', 'eligible'].flatMap(name =>
    [...after[name]!.keys()].filter(key => ids.has(key.split(' ')[0]!)),
  )
  say(
    `changed of others: ${strange.length}; keep sign-in or licences: ${kept.length}; keep roles: ${stillHolds.length}`,
  )
  const again = await changed(desk, 'offboard', list, ...all)
  say(`again: ${JSON.stringify(again.counts)}`)
  const undo = await changed(
    desk,
    `runs undo ${made.id}`,
    undefined,
    '--include-privileged',
    '--max-removals',
    '1000000',
  )
  say(`undo: ${JSON.stringify(undo.counts)}, ${undo.seconds.toFixed(1)} s, ${Math.round(undo.peakMb)} MB`)
  const restored = await snapshot(desk)
  const differences = [...without(before, restored), ...without(restored, before)]
  say(
    `differences after the undo: ${differences.length}${differences.length > 0 ? `: ${differences.slice(0, 10).join('; ')}` : ''}`,
  )
  if (
    strange.length + kept.length + stillHolds.length + differences.length > 0 ||
    !isDeepStrictEqual(again.counts['done'], 0)
  )
    process.exitCode = 1
})
