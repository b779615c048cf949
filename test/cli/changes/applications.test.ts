import t from 'tap'
import { changeDesk, type Line } from '../change-desk.ts'
import { summaryOf } from '../command-bed.ts'

const desk = await changeDesk(t)
const listed = async (what: string, select: string): Promise<readonly Line[]> =>
  desk.rowsOf(await desk.exported(what, '--select', select))
const apps = (await listed('applications', 'id,appId,displayName,notes')).filter(
  one => !String(one['displayName']).startsWith('entrapipe'),
)
const own = (await listed('applications', 'id,displayName')).find(one => one['displayName'] === 'entrapipe')!
const [first, second] = apps as [Line, Line]
const nobody = '11111111-2222-4333-8444-555555555555'
const outcomes = (results: readonly Line[]) =>
  results.map(({ outcome, code }) => [outcome, code].filter(Boolean).join(' '))
const idsOf = async (what: string) => (await listed(what, 'id')).map(({ id }) => id)

t.test(
  'applications are deleted by id, app id or name; a dry run says the same, and the undo restores all of it',
  async t => {
    const text = `id,appId,displayName
${String(first['id'])},,
,${String(second['appId'])},
${String(own['id'])},,
,${nobody},
`
    const remove = (...flags: readonly string[]) => desk.change(['apps', 'delete'], text, ...flags)
    const before = [await idsOf('applications'), await idsOf('service-principals')]
    await desk.writes()
    const previewed = await remove('--dry-run')
    t.match(previewed.stderr, /deletes 2 applications/)
    t.match(previewed.stderr, /Deleting an application also deletes its service principal/)
    t.strictSame(await desk.writes(), {})
    const run = await remove('--json')
    const failed = ['failed PROTECTED', 'failed OBJECT_NOT_FOUND']
    t.strictSame(outcomes(run.results), ['done', 'done', ...failed])
    t.match(run.results[2], { message: /The application entrapipe is protected: this program signs in with it/ })
    t.strictSame(
      [(await idsOf('deleted-applications')).length, (await idsOf('deleted-service-principals')).length],
      [2, 2],
    )
    t.strictSame(outcomes((await remove()).results), ['unchanged', 'unchanged', ...failed])
    const undone = await desk.run('runs', 'undo', summaryOf(run).run, '--yes', '--json')
    t.match(summaryOf(undone).summary.counts, { done: 2, failed: 0 })
    t.strictSame(
      [await idsOf('applications'), await idsOf('service-principals')].map(ids => [...ids].sort()),
      before.map(ids => [...ids].sort()),
    )
  },
)

t.test('a restored application says that its service principal is in the bin, and how it is restored', async t => {
  const remove = await desk.change(['apps', 'delete'], `id\n${String(first['id'])}\n`)
  t.equal(remove.status, 0, remove.stderr)
  const [principal] = await idsOf('deleted-service-principals')
  const restore = () => desk.change(['apps', 'restore'], `id\n${String(first['id'])}\n`)
  const message = new RegExp(`service principal ${String(principal)} was in the bin, too: .*service-principals restore`)
  const restored = await restore()
  t.match(restored.results, [{ outcome: 'done', message }])
  t.match(restored.stderr, /`entrapipe runs results \S+` names those .*, and `entrapipe service-principals restore`/)
  t.match((await restore()).results, [{ outcome: 'unchanged', message }])
  const both = await desk.change(['service-principals', 'restore'], `id\n${String(principal)}\n`)
  t.match(both.results, [{ outcome: 'done' }])
  t.match((await restore()).results, [{ outcome: 'unchanged', message: /^The application is not deleted\.$/ }])
})

t.test('a name is explained where the id of a deleted one is meant', async t => {
  const name = String(first['displayName'])
  await desk.change(['service-principals', 'delete'], `appId\n${String(first['appId'])}\n`)
  const restore = (text: string) => desk.change(['service-principals', 'restore'], text)
  t.match((await restore(`id\n${name}\n`)).results, [
    { outcome: 'failed', code: 'ID_REQUIRED', message: /The deleted service principal .* has this name/ },
  ])
  const [id] = await idsOf('deleted-service-principals')
  t.match((await restore(`id\n${String(id)}\n`)).results, [{ outcome: 'done' }])
  t.match((await restore(`id\n${String(id)}\n`)).results, [{ outcome: 'unchanged' }])
  t.match((await restore('displayName\nCRM\n')).stderr, /export deleted-service-principals/)
})

t.test('properties are updated, found unchanged, and put back', async t => {
  const text = `appId,notes,accountEnabled\n${String(second['appId'])},Old CRM,false\n`
  const update = (...flags: readonly string[]) => desk.change(['service-principals', 'update'], text, ...flags)
  const run = await update('--json')
  t.strictSame(outcomes(run.results), ['done'])
  t.strictSame(outcomes((await update()).results), ['unchanged'])
  const undone = await desk.run('runs', 'undo', summaryOf(run).run, '--yes', '--json')
  t.match(summaryOf(undone).summary.counts, { done: 1, failed: 0 })
  const { results } = await desk.change(['apps', 'update'], `id,appId,notes\n${String(first['id'])},${nobody},x\n`)
  t.match(results, [{ outcome: 'failed', code: 'READ_ONLY' }])
})
