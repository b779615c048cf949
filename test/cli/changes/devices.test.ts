import t from 'tap'
import { changeDesk, type Line } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const desk = await changeDesk(t)
const devices = async (filter = 'accountEnabled eq true'): Promise<readonly Line[]> =>
  desk.rowsOf(
    await desk.exported(
      ...['devices', '--filter', filter],
      ...['--select', 'id,deviceId,displayName,accountEnabled,operatingSystem,extensionAttributes,isCompliant'],
    ),
  )
const all = await devices()
const windows = all.filter(one => one['operatingSystem'] === 'Windows')
const phone = all.find(one => one['operatingSystem'] === 'iOS')!
const [first, second, third, fourth] = windows as [Line, Line, Line, Line]
const seen = async (one: Line): Promise<Line | undefined> => (await devices(`id eq '${String(one['id'])}'`))[0]
const nobody = '11111111-2222-4333-8444-555555555555'
const outcomes = (results: readonly Line[]) =>
  results.map(({ outcome, code }) => [outcome, code].filter(Boolean).join(' '))

t.test(
  'devices are disabled by id, device id or name; a dry run says the same, a second run and an undo follow',
  async t => {
    const columns = (value: unknown) => `device\n${String(value)}\n`
    const text = `id,deviceId,displayName
${String(first['id'])},,
,${String(second['deviceId'])},
${String(phone['id'])},,
${nobody},,
,${nobody},
`
    const disable = (input: string, ...flags: readonly string[]) => desk.change(['devices', 'disable'], input, ...flags)
    await desk.writes()
    const previewed = await disable(text, '--dry-run', '--json')
    t.strictSame(await desk.writes(), {})
    t.match(summaryOf(previewed).summary.counts, { pending: 2, failed: 3 })
    const run = await disable(text, '--json')
    const unknown = 'failed OBJECT_NOT_FOUND'
    const notForApps = 'failed NOT_FOR_APPS'
    t.strictSame(outcomes(run.results), ['done', 'done', notForApps, unknown, unknown])
    t.match(run.results[4], { message: `No device has the deviceId ${nobody}.` })
    t.match(
      [await seen(first), await seen(second), await seen(phone)],
      [{ accountEnabled: false }, { accountEnabled: false }, { accountEnabled: true }],
    )
    t.strictSame(outcomes((await disable(text)).results), ['unchanged', 'unchanged', notForApps, unknown, unknown])
    t.strictSame(outcomes((await disable(columns(third['displayName']))).results), ['done'])
    const undone = await desk.run('runs', 'undo', summaryOf(run).run, '--yes', '--json')
    t.match(summaryOf(undone).summary.counts, { done: 2, failed: 0 })
    t.match([await seen(first), await seen(second)], [{ accountEnabled: true }, { accountEnabled: true }])
  },
)

t.test('extension attributes come from the file of an export, and only what differs is sent', async t => {
  const update = (input: string, ...flags: readonly string[]) => desk.change(['devices', 'update'], input, ...flags)
  const row = (one: Line, attribute: string) =>
    `${String(one['id'])},${String(one['displayName'])},${String(one['isCompliant'] ?? '')},${attribute}\n`
  const text = `id,displayName,isCompliant,extensionAttribute7\n${row(phone, 'Bonn')}${row(fourth, 'Ulm')}`
  await desk.writes()
  const run = await update(text, '--json')
  t.strictSame(outcomes(run.results), ['done', 'done'])
  t.strictSame(await desk.writes(), { 'PATCH /devices/{id}': 2 })
  t.match(await seen(phone), { extensionAttributes: { extensionAttribute7: 'Bonn' } })
  t.match((await update(text)).results, [{ outcome: 'unchanged' }, { outcome: 'unchanged' }])
  const undone = await desk.run('runs', 'undo', summaryOf(run).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 2, failed: 0 })
  t.match(await seen(phone), { extensionAttributes: { extensionAttribute7: null } })
  const named = await update('displayName,extensionAttribute7\nPC,Ulm\n')
  t.match([named.status, named.stderr], [2, /requires a column that names the device: id, /])
})

t.test('a deletion is permanent: it needs --irreversible, has a brake, and cannot be undone', async t => {
  const remove = (input: string, ...flags: readonly string[]) => desk.change(['devices', 'delete'], input, ...flags)
  const text = `id\n${String(fourth['id'])}\n`
  const refused = await remove(text)
  t.match([refused.status, refused.stderr], [5, /Delete devices \(1\)[^]*--irreversible/])
  const many = `id\n${all
    .slice(0, 40)
    .map(one => `${String(one['id'])}\n`)
    .join('')}`
  const braked = await remove(many, '--irreversible')
  t.match([braked.status, braked.stderr], [5, /This run would delete 40 devices, and the limit is/])
  const run = await remove(text, '--irreversible', '--json')
  t.match(run.results, [{ outcome: 'done' }])
  t.equal(await seen(fourth), undefined)
  t.match((await remove(text, '--irreversible')).results, [{ outcome: 'failed', code: 'OBJECT_NOT_FOUND' }])
  const undone = await desk.run('runs', 'undo', summaryOf(run).run, '--yes')
  t.not(undone.status, 0)
  t.match(undone.stderr, /Not undone in 1 row: A deleted device cannot be restored\./)
})
