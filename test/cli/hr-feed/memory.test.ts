import { readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { systemClock, type Clock } from '../../../src/core/clock.ts'
import { feed, hrDesk, mapping, people, type Person } from './hr-desk.ts'

const many = Array.from({ length: 19 }, (_, at): Person => ({ no: String(at + 10), name: `Eve Oak${at}` }))
const statusOf = (of: readonly Person[], no: string, status: string): readonly Person[] =>
  of.map(person => (person.no === no ? { ...person, status } : person))

/** The file with what is remembered of the feed. */
const memoryIn = (folder: string): string => {
  const lasting = join(folder, 'store', 'lasting')
  const [tenant] = readdirSync(lasting) as [string]
  return join(lasting, tenant, 'hr-employees.sqlite')
}

t.test('a memory that is damaged is refused, and nothing is sent; one that is gone is reported', async t => {
  const { send, write, folder, writes } = await hrDesk(t)
  write('feed.csv', feed(many))
  t.match(await send(), { status: 0, stderr: /No earlier feed is remembered: this one counts as the first/ })
  const path = memoryIn(folder)
  const whole = readFileSync(path)
  write('feed.csv', feed(statusOf(many, '10', 'T')))
  await writes()
  const damages: readonly (readonly [string, () => void])[] = [
    ['overwritten', () => writeFileSync(path, 'not a database '.repeat(1000))],
    ['cut off', () => truncateSync(path, whole.length - 5000)],
    ['overwritten in its middle', () => writeFileSync(path, Buffer.from(whole).fill(7, 4096, 8192))],
    [
      'that of another program',
      () => {
        rmSync(path)
        const other = new DatabaseSync(path)
        other.exec('create table notes (text text); pragma user_version = 1')
        other.close()
      },
    ],
  ]
  for (const [what, damage] of damages) {
    damage()
    t.match(
      await send(),
      { status: 2, stderr: /What is remembered of the feed employees is damaged: [^]*Put an earlier copy of lasting/ },
      what,
    )
  }
  t.strictSame(await writes(), {})
  writeFileSync(path, whole)
  t.match(await send(), { status: 0, stderr: /^(?![^]*No earlier feed)[^]*leavers +1/ })
  for (const remove of [() => rmSync(path), () => truncateSync(path, 0)]) {
    remove()
    // No membership counts as given, so that all seem to be new.
    t.match(await send('--accept', 'property'), { status: 0, stderr: /No earlier feed is remembered/ })
  }
})

t.test('the same feed started twice at once is acted on once', async t => {
  const { send, accounts, truth } = await hrDesk(t)
  const both = await Promise.all([send(), send()])
  t.strictSame(
    both.map(({ status }) => status).toSorted((one, other) => one - other),
    [0, 75],
  )
  t.match(both.map(({ stderr }) => stderr).join(''), /RUN_ACTIVE|is writing to/)
  t.equal((await accounts()).length, people.length)
  const made = (await truth('user')).filter(({ created }) => created === 1)
  t.equal(made.length, people.length)
})

t.test('two feeds of one directory act one after the other, each on its own people', async t => {
  const { send, run, write, accounts } = await hrDesk(t)
  write('contractors.ts', mapping.replace("'employees'", "'contractors'").replaceAll("'Lab'", "'Contract'"))
  write('contractors.csv', feed([{ no: '91', name: 'Ann Lee' }]))
  const contractors = (credentials: string) =>
    run(
      ...['hr-feed', '--from', 'contractors.csv', '--mapping', 'contractors.ts', '--tenant', 'contoso', '--yes'],
      ...['--cloud-joiners', '--credentials', credentials, '--plain-credentials'],
    )
  const both = await Promise.all([send(), contractors('one.csv')])
  t.strictSame(
    both.map(({ status }) => status).toSorted((one, other) => one - other),
    [0, 75],
  )
  t.match(await send(), { status: 0 })
  t.match(await contractors('other.csv'), { status: 0 })
  t.equal((await accounts()).length, people.length)
})

t.test('a run that is resumed after its mapping was given another name remembers its own feed', async t => {
  const { send, run, write, writes } = await hrDesk(t)
  const stopped = await send('--limit', '1')
  const id = /run (\d{8}-\d{6}-[0-9a-f]+)/.exec(stopped.stderr)![1]!
  write('hr.ts', mapping.replace("'employees'", "'others'"))
  const resumed = await run('runs', 'resume', id, '--yes')
  t.equal(resumed.status, 0, resumed.stderr)
  write('hr.ts', mapping)
  await writes()
  t.match(await send(), { status: 0, stderr: /^(?![^]*No earlier feed)[^]*unchanged +4/ })
  t.strictSame(await writes(), {})
})

t.test('a clock that was set back refuses the feed, so that nobody who has left works again', async t => {
  const { sendWith, write } = await hrDesk(t)
  t.match(await sendWith({}), { status: 0 })
  write('feed.csv', feed(statusOf(people, '3', 'T')))
  const clock = { ...systemClock, now: () => systemClock.now() - 86_400_000 }
  t.match(await sendWith({ clock }), { status: 5, stderr: /The clock of this computer says [^]*--accept clock/ })
  const accepted = await sendWith({ clock }, '--accept', 'clock')
  t.match(accepted, { status: 0, stderr: /leavers +1/ }, accepted.stderr)
})

t.test('a run that is resumed after the clock was set back by a day continues at once', async t => {
  const { sendWith, runWith, accounts } = await hrDesk(t)
  const stopped = await sendWith({}, '--limit', '3')
  const id = /run (\d{8}-\d{6}-[0-9a-f]+)/.exec(stopped.stderr)![1]!
  const slept: number[] = []
  const clock: Clock = {
    now: () => systemClock.now() - 86_400_000,
    sleep(ms, signal) {
      slept.push(ms)
      return systemClock.sleep(ms, signal)
    },
  }
  t.equal((await runWith({ clock }, 'runs', 'resume', id, '--yes', '--quiet')).status, 0)
  t.strictSame(
    slept.filter(ms => ms > 1000),
    [],
  )
  t.equal((await accounts()).length, people.length)
})

t.test('a feed all of whose rows fail changes nothing, and is not the last one that was acted on', async t => {
  const { send, write, accounts, writes } = await hrDesk(t)
  await send()
  const before = await accounts()
  await writes()
  for (const [wrong, message] of [
    [{ status: 'gone' }, /4 of 4 people have rows .* \(100 %\), first in line 2: Status is "gone"/],
    [{ no: '' }, /4 of 4 people have rows .*, first in line 2: No is empty/],
  ] as const) {
    write('feed.csv', feed(people.map(person => ({ ...person, ...wrong }))))
    t.match(await send('--leavers-by-absence', '1', '--accept', 'failing'), { status: 5, stderr: message })
  }
  t.strictSame(await accounts(), before)
  // The feed before them is still the last one, so that nobody has been absent from a feed.
  write('feed.csv', feed(people.slice(1)))
  t.match(await send('--leavers-by-absence', '2'), { status: 0, stderr: /waiting +1 +Ann Lee/ })
  t.strictSame(await writes(), {})
})
