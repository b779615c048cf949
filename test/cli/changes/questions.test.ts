import t from 'tap'
import { commandBed } from '../command-bed.ts'

const people = [1, 2, 3].map(at => `Leaver ${at},leaver${at}@contoso.com,Quiet-Harbour-7${at},Sales\n`)
const { run, runWith, truth } = await commandBed(t, {
  'people.csv': `displayName,userPrincipalName,password,department\n${people.join('')}`,
})
const rows = ['--tenant', 'sandbox', '--from', 'people.csv']
await run('users', 'create', ...rows, '--yes')
const remove = ['users', 'delete', ...rows]
const question = /Type 3 to delete 3 objects in Contoso[^:]*:/
const unused = 'Columns that are not used: displayName, password, department.'
const deleted = async () => (await truth('user')).map(each => each['deleted'])

t.test('a deletion is not made when another number is typed, or yes', async t => {
  for (const typed of ['2', 'yes']) {
    const ran = await runWith(
      {
        answers: [
          [question, `${typed}\n`],
          [/Type 3, or no to stop\./, 'no\n'],
        ],
      },
      ...remove,
    )
    t.match(
      [ran.status, ran.stderr],
      [5, /Type 3, or no to stop[^]*The deletion was not confirmed\. Nothing was sent\./],
    )
  }
  t.strictSame(await deleted(), [0, 0, 0])
})

t.test('columns that are not used are named before the question, and in a dry run', async t => {
  const { stderr } = await runWith({ answers: [[question, 'no\n']] }, ...remove)
  t.ok(stderr.includes(unused) && stderr.indexOf(unused) < stderr.search(question), stderr)
  const dry = await run(...remove, '--dry-run')
  t.equal(dry.stderr.split(unused).length, 2, `told once: ${dry.stderr}`)
})

t.test('other changes are confirmed with yes', async t => {
  const disable = ['users', 'disable', ...rows]
  const asked = /Make these 3 changes in Contoso[^?]*\? \(yes or no\)/
  const updated = async () => (await truth('user')).map(each => each['updated'])
  const no = await runWith({ answers: [[asked, 'n\n']] }, ...disable)
  t.match([no.status, no.stderr], [5, /The changes were not confirmed\. Nothing was sent\./])
  t.notMatch(no.stderr, /--yes/, 'a person who said no is not told how to make the changes')
  t.strictSame(await updated(), [0, 0, 0])
  const yes = await runWith({ answers: [[asked, 'y\n']] }, ...disable)
  t.equal(yes.status, 0, yes.stderr)
  t.strictSame(await updated(), [1, 1, 1])
})

t.test('a deletion is made when its number is typed', async t => {
  const ran = await runWith({ answers: [[question, '3\n']] }, ...remove)
  t.equal(ran.status, 0, ran.stderr)
  t.equal(ran.stderr.split(unused).length, 2, `told once: ${ran.stderr}`)
  const [, answered = ''] = ran.stderr.split(question)
  t.notMatch(answered.split('✔')[0], /users delete:/, 'no progress is written over the question')
  t.strictSame(await deleted(), [1, 1, 1])
})

t.test('the question before a purge says so', async t => {
  await run('export', 'deleted-users', '--tenant', 'sandbox', '--select', 'id', '--to', 'binned.csv')
  const purge = ['users', 'purge', '--tenant', 'sandbox', '--from', 'binned.csv', '--irreversible']
  const ran = await runWith({ answers: [[/Type \d+ to purge \d+ objects in Contoso[^:]*:/, 'no\n']] }, ...purge)
  t.match([ran.status, ran.stderr], [5, /The purge was not confirmed\. Nothing was sent\./])
  t.notMatch(ran.stderr, /so --irreversible is required/)
})
