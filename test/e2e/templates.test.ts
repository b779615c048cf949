import t from 'tap'
import { changeDesk } from '../cli/change-desk.ts'
import { summaryOf } from '../cli/command-bed.ts'

const desk = await changeDesk(t)

/** A line that is written into a template, and what becomes of it. */
interface Filled {
  readonly cells: readonly string[]
  readonly outcome: 'done' | 'unchanged' | 'failed'
  /** What its message says. */
  readonly says?: RegExp
  /** What a person replaces in the line. @default the line is removed */
  readonly mend?: readonly [wrong: string | RegExp, right: string]
}

const line = (cells: readonly string[]): string =>
  cells.map(cell => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')

const done = (...cells: readonly string[]): Filled => ({ cells, outcome: 'done' })
const failed = (cells: readonly string[], says: RegExp, mend?: Filled['mend']): Filled => ({
  cells,
  outcome: 'failed',
  says,
  ...(mend && { mend }),
})
const same = (cells: readonly string[], says: RegExp): Filled => ({ cells, outcome: 'unchanged', says })

const run = async (words: readonly string[], from: string, flags: readonly string[]) => {
  const ran = await desk.run(
    ...[...words, '--tenant', 'sandbox', '--from', from, '--yes', '--json', '--results', 'r.jsonl', ...flags],
  )
  const { run: id, summary } = summaryOf(ran)
  const results = desk.rowsOf('r.jsonl').toSorted((one, other) => Number(one['key']) - Number(other['key']))
  return { ...ran, id, counts: summary.counts, results }
}

/** Writes the template of a command, fills it in, runs it, mends what failed, and runs that. */
const throughTemplate = (
  words: readonly string[],
  filled: () => readonly Filled[] | Promise<readonly Filled[]>,
  ...flags: readonly string[]
) =>
  t.test(`the template of ${words.join(' ')}, filled in and with mistakes in it, does what is right in it`, async t => {
    const template = (await desk.run('template', ...words)).stdout
    const lines = await filled()
    desk.write('filled.csv', `${template}${lines.map(({ cells }) => `${line(cells)}\n`).join('')}`)
    const first = template.split('\n').length
    const { id, status, counts, results } = await run(words, 'filled.csv', flags)
    const wrong = lines.filter(({ outcome }) => outcome === 'failed')
    t.equal(status, wrong.length > 0 ? 3 : 0)
    t.equal(counts['rows'], lines.length)
    t.equal(counts['done']! + counts['unchanged']! + counts['failed']!, lines.length, 'totals add up')
    t.match(
      results.map(({ key, outcome, message }) => ({ key, outcome, message })),
      lines.map(({ outcome, says }, at) => ({ key: first + at, outcome, ...(says && { message: says }) })),
    )
    t.strictSame(
      results
        .filter(({ outcome, message, fix }) => outcome === 'failed' && !(message && fix))
        .map(({ message }) => message),
      [],
      'every wrong line says what is wrong and what to do',
    )
    if (wrong.length === 0) return
    const again = await desk.run('runs', 'results', id, '--outcome', 'failed', '--as-input', '--to', 'again.csv')
    t.equal(again.status, 0, again.stderr)
    const text = wrong.reduce((text, { cells, mend }) => {
      const old = text.split('\n').find(each => each.includes(cells.find(cell => cell !== '' && !cell.includes('"'))!))!
      return text.replace(`${old}\n`, mend ? `${old.replace(...mend)}\n` : '')
    }, desk.textOf('again.csv'))
    desk.write('again.csv', text)
    const mended = wrong.filter(({ mend }) => mend).length
    const second = await run(words, 'again.csv', flags)
    t.match(second.counts, { rows: mended, done: mended, failed: 0, unchanged: 0 }, second.stderr)
  })

const nobody = '11111111-2222-4333-8444-555555555555'
const person = (name: string, upn: string, more: Readonly<Record<number, string>> = {}): readonly string[] =>
  Array.from({ length: 17 }, (_, at) => more[at] ?? [name, upn, 'Quiet-Harbour-71', 'No'][at] ?? '')
const zoe = 'zoe.oneil@contoso.com'
const idsOf = async (kind: string, names: readonly string[]): Promise<readonly string[]> => {
  const found = desk.rowsOf(
    await desk.exported(kind, '--select', kind.includes('groups') ? 'id,displayName' : 'id,userPrincipalName'),
  )
  return names.map(name =>
    String(found.find(one => Object.values(one).some(value => String(value).endsWith(name)))?.['id']),
  )
}

throughTemplate(['users', 'create'], () => [
  done(...person('Zoë "Zed" O’Neil, Łódź', zoe, { 4: 'Zoë', 15: '+49 (30) 1' })),
  done(...person('Ann', 'ann@contoso.com', { 3: 'Yes', 12: '4/1018' })),
  done(...person('Bob', 'bob@contoso.com')),
  failed(person('Blank', 'blank name@contoso.com'), /^Expected userPrincipalName to be name@domain/, [
    'blank name',
    'blank.name',
  ]),
  failed(person('Else', 'else@fabrikam.example'), /not a verified domain of the directory/, [
    'fabrikam.example',
    'contoso.com',
  ]),
  failed(person('Cara One', 'cara@contoso.com'), /same object as line 9, with other values/, ['cara@', 'cara.one@']),
  failed(person('Cara Two', 'cara@contoso.com'), /same object as line 8, with other values/, ['cara@', 'cara.two@']),
  same(person('Ann', 'ann@contoso.com', { 3: 'Yes', 12: '4/1018' }), /line 4/),
  failed(person('Dan', 'dan@contoso.com', { 8: 'Germany' }), /usageLocation to be a two-letter country code/, [
    'Germany',
    'DE',
  ]),
  failed(person('Eve', 'eve@contoso.com', { 3: 'maybe' }), /to be Yes or No, got "maybe"/, ['maybe', 'No']),
  failed(person('Fay', 'fay@contoso.com', { 2: 'tiny7' }), /too weak/, [/sealed:[^,]+/, 'Quiet-Harbour-72']),
])

const apps = 'https://myapplications.microsoft.com'
throughTemplate(['users', 'invite'], () => [
  done('ann@fabrikam.example', apps, 'true', 'Welcome'),
  done('Bob.O_Neil-7@fabrikam.example', apps, 'FALSE', 'Not sent, as nothing is'),
  done('cleo@fabrikam.example', apps, '', ''),
  same(['ann@fabrikam.example', apps, 'true', 'Welcome'], /line 3/),
  failed(['dan+work@fabrikam.example', apps, '', ''], /mail address that can be invited/, ['dan+work', 'dan']),
  failed(['eve@fabrikam.example', '', '', ''], /inviteRedirectUrl is missing/, ['example,,,', `example,${apps},,`]),
  failed(['fay@fabrikam.example', 'my apps', '', ''], /begins with https/, ['my apps', apps]),
  failed(['gil@fabrikam.example', apps, 'perhaps', ''], /true or false, got "perhaps"/, ['perhaps', 'false']),
  failed(['hal@fabrikam.example', apps, '', 'Welcome'], /nothing says whether a mail is sent/, [
    ',,Welcome',
    ',true,Welcome',
  ]),
  failed(['nobody@contoso.com', apps, '', ''], /verified domain of this directory/, [
    'contoso.com',
    'fabrikam.example',
  ]),
])

throughTemplate(['users', 'update'], () => [
  done(zoe, 'Zoë', '', 'Ö’Neil', 'Boss, "North"', 'Sales', '', '', '', '', 'DE', '0012'),
  failed(['ann@contoso.com', '', '', '', '', '', '', '', '', '', 'Germany', ''], /two-letter country code/, [
    'Germany',
    'DE',
  ]),
  failed(['nobody@contoso.com', '', '', '', '', 'Sales', '', '', '', '', '', ''], /nobody@contoso\.com/),
  failed(['bob@contoso.com', '', '', '', '', '', '', '', '1;2', '', '', ''], /several numbers/, ['1;2', '1']),
])

throughTemplate(['users', 'disable'], () => [
  done(zoe),
  same([zoe], /line 3/),
  failed(['nobody'], /nobody/, ['nobody', 'bob@contoso.com']),
])
throughTemplate(['users', 'enable'], () => [done(zoe), failed([nobody], /No user has the id/)])

throughTemplate(['groups', 'create'], () => [
  done('Team Ä, "One"', 'All', '', 'Unified', 'Private'),
  done('Team Two', '', '', '', ''),
  failed(['Team Three', '', 'not a name', '', ''], /mailNickname/, ['not a name', 'team-three']),
  failed(['Team Four', '', '', '', 'Secret'], /Public, Private or HiddenMembership/, ['Secret', 'Private']),
])

throughTemplate(
  ['members', 'add'],
  async () => [
    done(zoe),
    done((await idsOf('users', ['ann@contoso.com']))[0]!),
    same([zoe], /line 3/),
    failed(['nobody@contoso.com'], /nobody@contoso\.com/, ['nobody@', 'bob@']),
    failed([nobody], /No object has the id/),
    failed(['no-id'], /no-id/),
  ],
  '--group',
  'Team Two',
)
throughTemplate(
  ['members', 'remove'],
  async () => [done(zoe), failed(['nobody@contoso.com'], /nobody/, ['nobody@', 'bob@'])],
  '--group',
  'Team Two',
)
for (const verb of ['add', 'remove'])
  throughTemplate(
    ['owners', verb],
    () => [
      done(zoe),
      ...(verb === 'add' ? [done('ann@contoso.com')] : []),
      failed(['nobody@contoso.com'], /nobody/, ['nobody@', 'bob@']),
    ],
    '--group',
    'Team Two',
  )

throughTemplate(['groups', 'update'], async () => {
  const [one, two] = await idsOf('groups', ['Team Ä, "One"', 'Team Two'])
  return [
    done(one!, '', 'Größe "XL"', ''),
    failed([two!, '', 'x'.repeat(1100), ''], /1100 characters/, [/x+/, 'short']),
    failed([nobody, '', 'x', ''], /No group has the id/),
  ]
})
throughTemplate(
  ['groups', 'delete'],
  async () => [done((await idsOf('groups', ['Team Ä, "One"']))[0]!), failed([nobody], /No group has the id/)],
  '--irreversible',
)
throughTemplate(['groups', 'restore'], async () => [
  done((await idsOf('deleted-groups', ['Team Ä, "One"']))[0]!),
  failed([nobody], /No group has the id/),
  failed(['no-id'], /no-id/),
])

throughTemplate(['users', 'delete'], () => [
  done(zoe),
  done('ann@contoso.com'),
  same([zoe], /line 4/),
  failed(['nobody@contoso.com'], /nobody@contoso\.com/, ['nobody@', 'bob@']),
])
throughTemplate(['users', 'restore'], async () => [
  done((await idsOf('deleted-users', [zoe]))[0]!),
  failed([nobody], /No user has the id/),
  failed(['no-id'], /no-id/, ['no-id', (await idsOf('deleted-users', ['ann@contoso.com']))[0]!]),
])
throughTemplate(
  ['users', 'purge'],
  async () => [done((await idsOf('deleted-users', ['bob@contoso.com']))[0]!), failed([nobody], /No user has the id/)],
  '--irreversible',
)
