import t from 'tap'
import { feed, hrDesk, people, runIn, type Person } from './hr-desk.ts'

const [ann, bob, cleo, other] = people as readonly [Person, Person, Person, Person]

t.test('the refusal of the second phase says that the first has sent its changes', async t => {
  const { send, runWith, write, accounts } = await hrDesk(t)
  await send()
  write('feed.csv', feed([ann, { ...bob, status: 'T' }, { ...cleo, title: 'Boss' }, other]))
  const question = /Make this change [^]*yes or no/
  const asked = await runWith(
    {
      answers: [
        [question, 'y\n'],
        [/Disable users[^]*Make [^]*yes or no/, 'n\n'],
      ],
    },
    ...['hr-feed', '--from', 'feed.csv', '--mapping', 'hr.ts', '--tenant', 'contoso', '--no-joiners'],
  )
  t.match([asked.status, asked.stderr], [5, /The changes were not confirmed\. Nothing more was sent\./])
  t.match((await accounts()).slice(1, 3), [{ accountEnabled: true }, { jobTitle: 'Boss' }])
})

t.test('a feed names the passwords that a run which it supersedes has not handed out', async t => {
  const { send, run, write, folder } = await hrDesk(t)
  const first = runIn(await send('--limit', '1'))
  write('feed.csv', feed(people.map(person => ({ ...person, title: 'Clerk' }))))
  const second = await send('--accept', 'property')
  t.equal(second.status, 0, second.stderr)
  const [line] = /Run \S+ was unfinished, .*/.exec(second.stderr)!
  t.match(line, /supersedes it: 0 rows of it are done \(1 change in all\), and the others are never sent/)
  t.match(second.stderr, `1 password is set and not handed out: entrapipe runs credentials ${first} --to FILE`)
  t.match(await run('runs', 'credentials', first, '--to', `${folder}/first.csv`, '--plain-credentials'), { status: 0 })
})
