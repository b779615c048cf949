/**
 * Measures the command `hr-feed` over a sandbox in a process of its own: `node --conditions=entrapipe-source bench/hr-feed-sandbox.ts [users]`,
 * by default 1,064,000, of whom a million are no guests. Linux only. The first feed says what the directory has. In the second one 1 % of the people
 * differ: a fifth of these are new, a fifth have left, the others have moved. Then the second feed is run once more.
 */
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { program, withDesk, type Desk } from './desk.ts'
import { measure } from './measure.ts'

const users = Number(process.argv[2] ?? 1_064_000)
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const number = (value: number): string => Math.round(value).toLocaleString('en-US')

const columns = ['id', 'employeeId', 'givenName', 'surname', 'displayName', 'department', 'jobTitle', 'usageLocation']
const more = ['accountEnabled', 'onPremisesSyncEnabled']

interface User {
  readonly [column: string]: string | boolean | null | { readonly employeeId?: string | null }
}

const mappingFor = (title: string): string => `
import { column, generated, hrFeed } from 'entrapipe/hr'
export default hrFeed({
  name: 'employees',
  scope: "userType eq 'Member'",
  person: 'employeeId',
  match: ['employeeId'],
  status: { from: 'status', active: ['A'], leaver: ['T'] },
  account: {
    employeeId: 'employeeId', givenName: 'givenName', surname: 'surname', displayName: 'displayName',
    department: 'department', jobTitle: 'jobTitle', usageLocation: 'usageLocation',
    userPrincipalName: generated(['{givenName}.{surname}{n}'], { domain: 'contoso.com' }),
    mailNickname: generated(['{givenName}.{surname}{n}']),
  },
  manager: 'manager',
  groups: [{ when: { jobTitle: ${JSON.stringify(title)} }, group: 'Bench of titles' }],
})
`

async function* peopleIn(path: string): AsyncGenerator<User> {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    const user = JSON.parse(line) as User
    if (typeof user['employeeId'] === 'string') yield user
  }
}

/** Whom the cloud masters, so that what the feed says of them is written. */
const isChangeable = (user: User): boolean => user['accountEnabled'] === true && user['onPremisesSyncEnabled'] !== true

const titleOf = ({ jobTitle }: User): string => (typeof jobTitle === 'string' ? jobTitle : '')

const survey = async (path: string) => {
  const titles = new Map<string, number>()
  let [people, changeable] = [0, 0]
  for await (const user of peopleIn(path)) {
    people++
    if (isChangeable(user)) changeable++
    titles.set(titleOf(user), (titles.get(titleOf(user)) ?? 0) + 1)
  }
  const wanted = people / 500
  const [[title] = ['']] = [...titles].sort(([, a], [, b]) => Math.abs(a - wanted) - Math.abs(b - wanted))
  return { people, changeable, title }
}

const cell = (value: unknown): string => (typeof value === 'string' ? `"${value.replaceAll('"', '""')}"` : '')

/** Writes both feeds. */
const writeFeeds = async (folder: string, path: string, changeable: number, changes: number): Promise<void> => {
  const files = ['first.csv', 'second.csv'].map(name => createWriteStream(join(folder, name)))
  const write = async (lines: readonly string[]): Promise<void> => {
    for (const [at, file] of files.entries()) if (lines[at] !== '' && !file.write(lines[at]!)) await once(file, 'drain')
  }
  const line = (user: User, status: string): string =>
    `${columns.map(name => cell(user[name])).join(',')},${cell((user['manager'] as { employeeId?: string } | null)?.employeeId)},${status}\n`
  await write(files.map(() => `${columns.join(',')},manager,status\n`))
  const step = Math.floor(changeable / (changes * 0.8))
  let [seen, changed, last] = [0, 0, '']
  for await (const user of peopleIn(path)) {
    const unchanged = line(user, 'A')
    const isNext = isChangeable(user) && seen++ % step === 0 && changed < changes * 0.8
    if (!isNext) await write([unchanged, unchanged])
    else if (changed++ % 4 === 0) await write([unchanged, line(user, 'T')])
    else await write([unchanged, line({ ...user, department: 'Department of moves' }, 'A')])
    last = String(user['employeeId'])
  }
  for (let at = 0; at < changes * 0.2; at++) {
    const joiner = {
      employeeId: `N${at}`,
      givenName: 'Erika',
      surname: `Muster ${at}`,
      displayName: `Erika Muster ${at}`,
    }
    await write([
      '',
      line(
        { ...joiner, department: 'Sales', jobTitle: 'Clerk', usageLocation: 'DE', manager: { employeeId: last } },
        'A',
      ),
    ])
  }
  for (const file of files) {
    file.end()
    await once(file, 'close')
  }
}

const feed = async ({ control, run }: Desk, what: string, name: string): Promise<void> => {
  await control('DELETE', '/counters')
  const { cpuSeconds, seconds, peakMb, medianMb, stdout } = await run([
    ...['hr-feed', '--from', name, '--mapping', 'hr.ts', '--cloud-joiners', '--yes', '--json'],
    ...['--credentials', `passwords-${what.replaceAll(' ', '-')}.csv`, '--plain-credentials'],
    ...['--max-movers', '30%', '--report', `${what.replaceAll(' ', '-')}.html`],
  ])
  const { counts, decisions } = JSON.parse(stdout) as { readonly counts: object; readonly decisions: object }
  const { routes } = await control<{ readonly routes: Readonly<Record<string, Readonly<Record<string, number>>>> }>(
    'GET',
    '/counters',
  )
  say(
    `\n## ${what}: ${cpuSeconds.toFixed(1)} s of CPU, ${seconds.toFixed(0)} s; peak ${peakMb.toFixed(0)} MB, median ${medianMb.toFixed(0)} MB`,
  )
  say(JSON.stringify(counts))
  say(JSON.stringify(decisions))
  for (const [route, statuses] of Object.entries(routes)) say(`  ${route}: ${JSON.stringify(statuses)}`)
}

await withDesk({ users, timeScale: 0, writeMs: 0 }, async desk => {
  const path = join(desk.folder, 'users.jsonl')
  await measure(
    [
      ...[
        program,
        'export',
        'users',
        '--select',
        [...columns, ...more].join(','),
        '--expand',
        'manager($select=employeeId)',
      ],
      ...['--to', path, '--tenant', 'sandbox'],
    ],
    { ENTRAPIPE_STORE: join(desk.folder, 'store') },
    desk.folder,
  )
  const { people, changeable, title } = await survey(path)
  const group = {
    displayName: 'Bench of titles',
    mailNickname: 'bench',
    mailEnabled: false,
    securityEnabled: true,
    groupTypes: [],
  }
  await desk.control('POST', '/mutations', [{ do: 'create', kind: 'group', values: group }])
  writeFileSync(join(desk.folder, 'hr.ts'), mappingFor(title))
  await writeFeeds(desk.folder, path, changeable, people / 100)
  say(
    `${number(people)} people, ${number(changeable)} of them enabled and not synchronized; title of the group: ${title}`,
  )
  await feed(desk, 'first', 'first.csv')
  await feed(desk, 'second', 'second.csv')
  await feed(desk, 'second again', 'second.csv')
})
