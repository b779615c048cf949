import t from 'tap'
import { feed, hrDesk, type Person } from './hr-desk.ts'

const on = ['--tenant', 'contoso'] as const

t.test('brakes are judged before anything is sent, and no second limit stops the leavers that are allowed', async t => {
  const { send, hr, run, write, textOf, accounts, writes } = await hrDesk(t)
  write('group.csv', 'displayName,mailNickname,mailEnabled,securityEnabled\nLab group,lab,false,true\n')
  t.equal((await run('groups', 'create', '--from', 'group.csv', ...on, '--yes')).status, 0)
  write('hr.ts', textOf('hr.ts').replace('Sales Team', 'Lab group'))
  const all = Array.from({ length: 17 }, (_, at): Person => ({ no: String(at + 10), name: `Eve Oak${at}` }))
  const joined = [...all, { no: '90', name: 'Dan Elm', dept: 'Board' }]
  write('feed.csv', feed(joined))
  t.equal((await send()).status, 0)
  await writes()

  write('feed.csv', feed(joined.map(person => ({ ...person, dept: 'Board' }))))
  const emptied = await send('--accept', 'property')
  t.match([emptied.status, emptied.stderr], [5, /remove 17 members of group [^]*--max-removals 17/])
  t.strictSame(await writes(), {})

  write(
    'feed.csv',
    feed(joined.map(each => (each.no === '90' ? { ...each, title: 'Cook' } : { ...each, status: 'T' }))),
  )
  const options = ['--max-leavers', '17'] as const
  const dry = await hr('--dry-run', ...options)
  t.match([dry.status, dry.stderr], [0, /leavers +17/])
  t.notMatch(dry.stderr, /max-removals/)
  const sent = await send(...options)
  t.equal(sent.status, 0, sent.stderr)
  const found = await accounts()
  t.equal(found.filter(({ accountEnabled }) => accountEnabled === false).length, 17)
  t.match(found.at(-1), { employeeId: '90', jobTitle: 'Cook' })
})
