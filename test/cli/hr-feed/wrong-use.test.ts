import t from 'tap'
import { feed, hrDesk, linesOf, mapping, people } from './hr-desk.ts'

t.test('wrong use of hr-feed changes nothing, and says in which file, line or option the mistake is', async t => {
  const { hr, run, write, truth } = await hrDesk(t)
  const tried = async (mappingText: string, ...more: readonly string[]) => {
    write('m.ts', mappingText)
    return run(...['hr-feed', '--from', 'feed.csv', '--mapping', 'm.ts', '--tenant', 'contoso', '--dry-run'], ...more)
  }
  const changed = (from: string, to: string): string => {
    t.ok(mapping.includes(from), from)
    return mapping.replace(from, to)
  }
  for (const [text, status, message] of [
    [
      changed("givenName: 'First'", "givenName: 'Frist'"),
      5,
      /has no column Frist, which the mapping reads \(m\.ts:12\)/,
    ],
    [changed("person: 'No'", "person: 'Nr'"), 5, /has no column Nr, which the mapping reads \(m\.ts:6\)/],
    [changed('jobTitle', 'jobTitel'), 2, /no property jobTitel\. Did you mean jobTitle\? \(m\.ts:16\)/],
    [changed('department: ', 'departmant: '), 2, /no property departmant\. Did you mean department\? \(m\.ts:15\)/],
    [changed('scope: "employeeType', 'scope: "employeeTyp'), 2, /scope reads employeeTyp, .* \(m\.ts:5\)/],
    [changed("manager: 'Boss'", "managr: 'Boss'"), 2, /no option managr\. Did you mean manager\? \(m\.ts:20\)/],
    [changed("leave: ['L']", "onLeave: ['L']"), 2, /status has no option onLeave\. .* \(m\.ts:8\)/],
    [changed("{ department: 'Sales' }", "{ city: 'Rome' }"), 2, /Rule 1 of groups names city, .* \(m\.ts:21\)/],
    [changed("match: ['employeeId']", "match: ['employeeID']"), 2, /match names employeeID, .* \(m\.ts:7\)/],
    [changed("name: 'employees'", "name: 'Employees 1'"), 2, /got "Employees 1" \(m\.ts:4\)/],
    [changed("person: 'No',", "person: 'No'"), 2, /mapping file \S+m\.ts cannot be loaded: .* \(m\.ts:7\)/],
    [changed('export default', 'export const x ='), 2, /m\.ts has no default export made by hrFeed/],
    [changed('entrapipe/hr', 'entrapipe/hrm'), 2, /m\.ts cannot be loaded: .*hrm/],
    ['{ "name": "employees" }', 2, /m\.ts cannot be loaded: .* \(m\.ts:1\)/],
  ] as const)
    t.match(await tried(text), { status, stderr: message }, message.source)

  for (const [argv, message] of [
    [['--max-joiner', '3'], /Unknown option '--max-joiner'\. Did you mean --max-joiners\?/],
    [['--from', 'feed.csv'], /--from can be given only once/],
    [['--mapping', 'm.ts'], /--mapping can be given only once/],
    [['--accept', 'cutoff'], /--accept to be reasons of cut-off, .* got "cutoff"/],
    [['--leavers-by-absence', '0'], /--leavers-by-absence/],
    [['--max-leavers', 'many'], /--max-leavers/],
    [['--time-zone', 'Berlin'], /Berlin/],
  ] as const)
    t.match(await hr('--dry-run', ...argv), { status: 2, stderr: message }, argv.join(' '))
  for (const [from, file, message] of [
    ['feed.csv', 'none.ts', /The mapping file \S+none\.ts was not found/],
    ['none.csv', 'hr.ts', /none\.csv was not found/],
    ['-', 'hr.ts', /cannot come from stdin/],
  ] as const)
    t.match(
      await run('hr-feed', '--from', from, '--mapping', file, '--tenant', 'contoso', '--dry-run'),
      { status: 2, stderr: message },
      from,
    )

  for (const [text, status, message] of [
    ['', 2, /feed\.csv is empty/],
    [feed([]), 5, /The feed has no rows/],
    [feed(people.map(person => ({ ...person, status: 'Q' }))), 5, /4 of 4 people .*, first in line 2: Status is "Q"/],
    [feed(people).replace('Title', 'Dept'), 2, /header of feed\.csv \(line 1\) names "Dept" twice/],
  ] as const) {
    write('feed.csv', text)
    t.match(await hr('--dry-run'), { status, stderr: message }, text)
  }
  t.strictSame(await truth('user'), [])
})

t.test('joiners who lack --cloud-joiners are shown with that reason, and a row without a key by its line', async t => {
  const { hr, write, textOf } = await hrDesk(t)
  write('feed.csv', feed(people.map((person, at) => (at === 1 ? { ...person, no: '' } : person))))
  const page = ['--dry-run', '--report', 'page.html'] as const
  t.match((await hr(...page)).stderr, /joiners +3 +not created without --cloud-joiners, since Active Directory/)
  t.match(textOf('page.html'), /Nothing is done: not created without --cloud-joiners/)
  const off = await hr('--dry-run', '--no-joiners', '--cloud-joiners', '--report', 'all.jsonl')
  t.match([off.status, off.stderr], [3, /joiners +3 +switched off by --no-joiners; .*\n +failed rows +1 +line 3\n/])
  t.match(
    linesOf(textOf('all.jsonl')).filter(({ class: of }) => of === 'failed'),
    [{ key: 'line 3', line: 3, why: /No is empty/ }],
  )
})
