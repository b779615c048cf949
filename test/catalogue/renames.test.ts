import t from 'tap'
import { loadNoted } from '../../src/catalogue/load-pipeline.ts'
import { makePlan } from '../../src/catalogue/make-plan.ts'
import { renamedColumns, renamesOf } from '../../src/catalogue/renames.ts'

t.test('each entry is an old name and a new one', async t => {
  t.strictSame(renamesOf(['mail=E-Mail', ' city = Ort ', 'employeeOrgData/division=Division']), {
    mail: 'E-Mail',
    city: 'Ort',
    'employeeOrgData/division': 'Division',
  })
  t.equal(renamesOf(undefined), undefined)
  t.strictSame(renamedColumns(['id', 'constructor', 'mail'], { mail: 'E-Mail' }), ['id', 'constructor', 'E-Mail'])
  t.strictSame(renamedColumns(['id', 'mail', 'Active?'], { 'mail?': 'E-Mail', 'Active??': 'On' }), [
    'id',
    'E-Mail',
    'On',
  ])
})

t.test('an entry that is not a pair, and a repeated name, are refused', async t => {
  for (const [given, message] of [
    [['mail'], 'Expected --rename to be old=new, got "mail"'],
    [['mail='], 'Expected --rename to be old=new, got "mail="'],
    [['=x'], 'Expected --rename to be old=new, got "=x"'],
    [['a=b=c'], 'Expected --rename to be old=new, got "a=b=c"'],
    [['a=x', 'a=y'], '--rename renames a twice.'],
    [['a=x', 'b=x'], '--rename gives the name x twice.'],
  ] as const)
    t.throws(() => renamesOf(given), { code: 'OPTION_INVALID', message })
})

t.test('renames are recorded with the run', async t => {
  for (const [name, more] of [
    ['export users', {}],
    ['filter', { odata: 'mail ne null' }],
  ] as const) {
    const { params } = await makePlan(await loadNoted(name), { ...more, to: 'x.csv', rename: ['mail=E-Mail'] })
    t.match(params, { rename: ['mail=E-Mail'] }, name)
  }
})
