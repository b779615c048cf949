import { createHash } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { sheet, textRow } from '../../formats/xlsx/make-workbook.ts'
import { keyPair, sftpServer } from '../../sources/files/sftp-server.ts'
import { feed, hrDesk, people, type Person } from './hr-desk.ts'

const keys = keyPair()
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')
const [first] = people as readonly [Person]
const another = (title: string): string => feed([{ ...first, title }, ...people.slice(1)])

/** A desk whose feeds come from a server. @param entry of the server in the configuration */
const desk = async (t: Test, entry: Readonly<Record<string, unknown>> = {}) => {
  const server = await sftpServer(t, { publicKey: keys.public })
  const bed = await hrDesk(t)
  bed.write('key', keys.private)
  chmodSync(join(bed.folder, 'key'), 0o600)
  const { tenants } = JSON.parse(bed.textOf('entrapipe.config.json')) as { readonly tenants: object }
  const { hostKey } = server
  const sftp = { [server.name]: { hostKey, privateKey: { file: 'key' }, stableSeconds: 0, ...entry } }
  bed.write('entrapipe.config.json', JSON.stringify({ tenants, sftp }))
  let files = 0
  const send = (pattern: string, ...more: readonly string[]) =>
    bed.run(
      ...['hr-feed', '--from', `sftp://hr@${server.name}/out/${pattern}`, '--mapping', 'hr.ts', '--tenant', 'contoso'],
      ...['--yes', '--cloud-joiners', '--credentials', `sent-${++files}.csv`, '--plain-credentials', ...more],
    )
  const titleOf = async (no: string): Promise<unknown> =>
    (await bed.accounts()).find(({ employeeId }) => employeeId === no)?.['jobTitle']
  return { ...bed, ...server, send, titleOf }
}

t.test('the newest feed of a pattern on a server is acted on, and an older one is not', async t => {
  const { put, send, titleOf, writes } = await desk(t)
  put('feed-2026-06-01.csv', another('Old'), 1_780_000_000)
  put('feed-2026-06-02.csv', another('Chief'), 1_780_100_000)
  put('other.csv', 'nothing', 1_780_200_000)
  t.match(await send('feed-*.csv'), { status: 0, stderr: /joiners +4/ })
  t.equal(await titleOf('1'), 'Chief')
  await writes()
  t.match(await send('feed-*.csv'), { status: 0, stderr: /unchanged +4/ })
  t.match(await send('feed-2026-06-01.csv'), {
    status: 5,
    stderr: /The feed is of 2026-06-01, and the last one of 2026-06-02[^]*--accept older/,
  })
  t.match(await send('none-*.csv'), { status: 2, stderr: /\/out\/none-\*\.csv was not found/ })
  t.strictSame(await writes(), {})
})

t.test('a feed that is still being written, or that was cut off, changes nothing', async t => {
  const { put, send, hooks, writes, titleOf } = await desk(t)
  const whole = another('Chief')
  let size = 20
  hooks.listed = () => put('feed.csv', whole.slice(0, ++size), 1_780_000_000 + size)
  put('feed.csv', whole.slice(0, size))
  t.match(await send('feed.csv'), { status: 75, stderr: /\/out\/feed\.csv on .* is still being written/ })
  delete hooks.listed
  put('feed.csv', whole)
  put('feed.csv.sha256', `${sha256(`${whole}5,Dan,Oak,Sales,,A,\n`)}  feed.csv\n`)
  const cutOff = { status: 1, stderr: /feed\.csv does not match its checksum in \/out\/feed\.csv\.sha256/ }
  t.match(await send('feed.csv'), cutOff)
  t.match(await send('feed.csv', '--accept', 'cut-off'), cutOff, 'which no option allows')
  put('feed.jsonl', '{"No":"1"}\n{"$end":{"rows":2,"complete":true}}\n')
  t.match(await send('feed.jsonl'), { status: 1, stderr: /The trailer of / })
  t.strictSame(await writes(), {})
  put('feed.csv.sha256', `${sha256(whole)}  feed.csv\n`)
  // It stays as it is from the second look on.
  let looks = 0
  hooks.listed = () => put('feed.csv', whole, 1_780_000_000 + Math.min(++looks, 2))
  t.match(await send('feed.csv'), { status: 0, stderr: /joiners +4/ })
  t.equal(await titleOf('1'), 'Chief')
})

t.test('a feed whose marker is missing waits for it, and no older feed is acted on', async t => {
  const { put, send, writes, titleOf } = await desk(t, { marker: '.done' })
  put('feed-1.csv', another('Old'), 1_780_000_000)
  put('feed-1.csv.done', '', 1_780_000_000)
  put('feed-2.csv', another('Chief'), 1_780_100_000)
  t.match(await send('feed-*.csv'), { status: 75, stderr: /feed-2\.csv is the newest file on .*feed-2\.csv\.done/ })
  t.strictSame(await writes(), {})
  put('feed-2.csv.done', '', 1_780_200_000)
  t.match(await send('feed-*.csv'), { status: 0, stderr: /joiners +4/ })
  t.equal(await titleOf('1'), 'Chief')
})

t.test(
  'a workbook is a feed whose days are dates and whose numbers are as people see them, but not on a server',
  async t => {
    const { put, send: fromServer, write, textOf, accounts, run } = await desk(t)
    write(
      'hr.ts',
      textOf('hr.ts').replace("manager: 'Boss',", "manager: 'Boss', lastDay: column('Until').date('dmy'),"),
    )
    const until = (line: number, day: number): string => `<c r="H${line}" s="1"><v>${day}</v></c>`
    const rows = (day: number): string =>
      [
        textRow(1, 'No', 'First', 'Last', 'Dept', 'Title', 'Status', 'Boss', 'Until'),
        // 46173 is 1 June 2026, 54789 is 1 January 2050.
        textRow(2, '007', 'Jörg', 'Groß', 'Sales', 'Clerk', 'A', '<c r="G2"><v>12</v></c>', until(2, 54789)),
        textRow(3, '<c r="A3"><v>12</v></c>', 'Bob', 'Ray', 'Board', '', 'A', '', until(3, day)),
      ].join('')
    let files = 0
    const send = (day: number) => {
      write('feed.xlsx', sheet(rows(day), { formats: [14] }))
      return run(
        ...['hr-feed', '--from', 'feed.xlsx', '--mapping', 'hr.ts', '--tenant', 'contoso', '--yes', '--cloud-joiners'],
        ...['--credentials', `new-${++files}.csv`, '--plain-credentials'],
      )
    }
    t.match(await send(54789), { status: 0, stderr: /joiners +2/ })
    const found = (enabled: boolean) => [
      { employeeId: '007', userPrincipalName: 'jorg.gross@contoso.com', accountEnabled: true },
      { employeeId: '12', userPrincipalName: 'bob.ray@contoso.com', accountEnabled: enabled },
    ]
    t.match(await accounts(), found(true))
    t.match(await send(46173), { status: 0, stderr: /leavers +1/ })
    t.match(await accounts(), found(false))
    put('feed.xlsx', sheet(rows(46173), { formats: [14] }))
    t.match(await fromServer('feed.xlsx'), {
      status: 2,
      stderr: /A workbook cannot be read from an SFTP server\. Copy/,
    })
  },
)
