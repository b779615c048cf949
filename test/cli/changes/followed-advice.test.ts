import t, { type Test } from 'tap'
import { changeDesk } from '../change-desk.ts'

type Desk = Awaited<ReturnType<typeof changeDesk>>

/** The commands about a run or a plan that a text advises, as they are typed. */
const advised = (text: string): readonly (readonly string[])[] =>
  Array.from(text.matchAll(/entrapipe ((?:runs|apply) [^\n`(]+)/g), ([, command]) => command!.trim().split(' '))

/** Types each command that was advised. A command that has nothing to do was no advice. */
const follow = async (t: Test, { run, writes }: Desk, stderr: string, wanted: readonly string[]) => {
  const commands = advised(stderr)
  t.strictSame(
    commands.map(command => command.filter(word => !/^\d{8}-/.test(word)).join(' ')),
    wanted,
    stderr,
  )
  for (const command of commands) {
    await writes()
    const isReading = ['results', 'show'].includes(command[1]!)
    const { status, stderr } = await run(...command, ...(isReading ? [] : ['--yes']))
    const told = command.join(' ')
    t.ok([0, 3].includes(status), `${told}: ${stderr}`)
    if (!isReading) t.ok(Object.keys(await writes()).length > 0, `${told} sends something`)
  }
}

const nobody = '11111111-1111-4111-8111-111111111111'
const results = 'runs results'
const asInput = 'runs results --outcome failed --as-input --to again.csv'

t.test('each command that the end of a change advises does what it says', async t => {
  const desk = await changeDesk(t)
  const { people, change } = desk
  const [one, two, three] = (await people('id', 'onPremisesSyncEnabled ne true and accountEnabled eq true'))
    .slice(30)
    .map(({ id }) => String(id))
  const update = (ids: readonly string[], city: string) => `id,city\n${ids.map(id => `${id},${city}\n`).join('')}`

  const mixed = await change(['users', 'update'], update([one!, nobody], 'Advised'))
  await follow(t, desk, mixed.stderr, [results, asInput, 'runs undo'])

  const limited = await change(['users', 'update'], update([one!, two!], 'Limited'), '--limit', '1')
  await follow(t, desk, limited.stderr, ['runs resume'])

  const planned = await change(
    ['users', 'update'],
    update([one!, two!], 'Planned'),
    '--dry-run',
    '--plan',
    'plan.jsonl',
  )
  await follow(t, desk, planned.stderr, ['apply plan.jsonl --tenant sandbox'])

  // The first run has done all: what is left of it is nothing.
  const revoke = ['users', 'revoke-sessions']
  const sessions = `id\n${two!}\n`
  t.equal((await change(revoke, sessions)).status, 0)
  await follow(t, desk, (await change(revoke, sessions)).stderr, [])

  // Another input with a row of that run, in which none failed.
  const other = await change(revoke, `id\n${one!}\n${two!}\n`)
  t.match([other.status, other.stderr], [5, /Remove it from the input\. To do it again for all, add --fresh\.\n$/])

  // The row that failed must be corrected, so a retry would send nothing.
  const some = `id\n${three!}\n${nobody}\n`
  t.equal((await change(revoke, some)).status, 3)
  const again = await change(revoke, some)
  t.equal(again.status, 5)
  t.notMatch(again.stderr, /runs retry/)
  await follow(t, desk, again.stderr, [])
})
