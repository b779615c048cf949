import t from 'tap'
import { changeDesk } from '../cli/change-desk.ts'
import { sheet, textRow } from '../formats/xlsx/make-workbook.ts'

const desk = await changeDesk(t, {}, { users: 60, tls: false })
await desk.change(['groups', 'create'], 'displayName\nTeam\n')
const people = (await desk.people('id,userPrincipalName', "userType eq 'Member'")).slice(0, 2)
const [ann, bob] = people as [(typeof people)[number], (typeof people)[number]]
const group = ['--group', 'Team', '--include-privileged'] as const
const nobody = '11111111-2222-4333-8444-555555555555'

const caption = 'Member object ID or user principal name [memberObjectIdOrUpn] Required'
const german = 'Mitgliedsobjekt-ID oder Benutzerprinzipalname [memberObjectIdOrUpn] Erforderlich'
const example = 'Example: 9832aad8-e4fe-496b-a604-95c6eF01ae75'

/** The forms that people have, with the lines before the first row. */
const forms: Readonly<Record<string, readonly string[]>> = {
  'the older template, with a version row': ['version:v1.0', caption, example],
  'the older template without its example': ['version:v1.0', caption],
  'the newer template, without a version row': [caption, example],
  'the newer template without its example': [caption],
  'the template of the preview': ['ObjectId'],
  'the older template in German': ['version:v1.0', german, 'Beispiel: 9832aad8-e4fe-496b-a604-95c6eF01ae75'],
  'the newer template in Japanese': [
    'メンバー オブジェクト ID またはユーザー プリンシパル名 [memberObjectIdOrUpn] 必須',
    '例: 9832aad8-e4fe-496b-a604-95c6eF01ae75',
  ],
}

/** Right and wrong rows, and what becomes of them. */
const cells = [
  String(ann['id']).toUpperCase(),
  ` ${String(bob['userPrincipalName'])} `,
  nobody,
  'nobody@contoso.com',
  'Ann Ward',
  '',
  String(ann['id']),
]
const outcomes = [
  { outcome: 'done' },
  { outcome: 'done' },
  { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
  { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
  { outcome: 'failed', code: 'OBJECT_NOT_FOUND' },
  { outcome: 'unchanged' },
]

const keysFrom = (first: number) => [0, 1, 2, 3, 4, 6].map(at => first + at)

for (const [form, head] of Object.entries(forms))
  t.test(`${form} adds members, and saved by Excel removes them, and says what is wrong with which line`, async t => {
    const file = `${[...head, ...cells].join('\n')}\n`
    const excel = `\ufeff${file.replaceAll('\n', '\r\n').replace('v1.0', 'v1.0;;;')}`
    const wanted = outcomes.map((each, at) => ({ key: keysFrom(head.length + 1)[at], ...each }))
    for (const [verb, text] of [
      ['add', file],
      ['remove', excel],
    ] as const) {
      const { status, results } = await desk.change(['members', verb], text, ...group)
      t.match([status, results], [3, wanted], verb)
    }
  })

t.test('a workbook has the older and the newer form', async t => {
  for (const head of [
    forms['the older template, with a version row']!,
    forms['the newer template, without a version row']!,
  ]) {
    desk.write(
      'members.xlsx',
      sheet([...head, ...cells].flatMap((cell, at) => (cell === '' ? [] : [textRow(at + 1, cell)])).join('')),
    )
    for (const verb of ['add', 'remove']) {
      const ran = await desk.run(
        ...[
          'members',
          verb,
          '--tenant',
          'sandbox',
          ...group,
          '--from',
          'members.xlsx',
          '--yes',
          '--results',
          'r.jsonl',
        ],
      )
      t.equal(ran.status, 3, ran.stderr)
      t.match(
        desk.rowsOf('r.jsonl').toSorted((one, other) => Number(one['key']) - Number(other['key'])),
        outcomes.map((each, at) => ({ key: keysFrom(head.length + 1)[at], ...each })),
        `${verb}, ${head.length} lines before the first row`,
      )
    }
  }
})

t.test('a template without rows is no error, and a column of another template is none', async t => {
  for (const head of Object.values(forms).slice(0, 3)) {
    const { status, stderr } = await desk.change(['members', 'add'], `${head.join('\n')}\n`, ...group)
    t.match([status, stderr], [0, /no rows/i])
  }
  const other = await desk.change(
    ['members', 'add'],
    `version:v1.0\nEmail address to invite [inviteeEmail] Required\na@b.example\n`,
    ...group,
  )
  t.match([other.status, other.stderr], [2, /requires a column/])
})
