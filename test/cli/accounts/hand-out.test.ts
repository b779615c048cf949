import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import t from 'tap'
import { loadOperations } from '../../../src/catalogue/operations.ts'
import { handOut } from '../../../src/cli/credentials/hand-out.ts'
import { knownCredentials } from '../../../src/cli/credentials/left.ts'
import { systemClock } from '../../../src/core/clock.ts'
import type { AlteredRun, Store } from '../../../src/store/store.ts'
import { credentialsNote } from '../../../src/store/types.ts'
import { commandBed, summaryOf } from '../command-bed.ts'

const hire = `import { pipeline, plan, text } from 'entrapipe'
import { graph } from 'entrapipe/sinks/graph'
import { csv } from 'entrapipe/sources/csv'
export default pipeline({
  summary: 'Hires.',
  params: { from: text('file') },
  make: ({ from }) => plan({
    source: csv({ from }),
    sink: graph(value => [{ kind: 'create-user', value: { ...value, generatePassword: true } }]),
  }),
})
`
const bed = await commandBed(t, { 'hire.ts': hire })
const operations = await loadOperations()
const path = (name: string) => join(bed.folder, name)
const plain = async (text: string) => Buffer.from(text)
let made = 0

/** Runs a pipeline that makes passwords and hands none out. Returns the run, and how it hands them out. */
const hired = async (count: number) => {
  const names = Array.from({ length: count }, () => `hired${++made}`)
  bed.write(
    'hire.csv',
    `displayName,userPrincipalName\n${names.map(name => `Ms ${name},${name}@contoso.com\n`).join('')}`,
  )
  const ran = await bed.run('run', './hire.ts', '--from', 'hire.csv', '--tenant', 'sandbox', '--yes', '--json')
  const { run } = summaryOf(ran)
  const give = (to: string, encrypt = plain, around = (run: AlteredRun) => run) =>
    bed.look(store =>
      handOut(
        { ...store, get: store.get, alter: (id, work) => store.alter(id, each => work(around(each))) } as Store,
        run,
        { path: path(to), encrypt },
        operations,
        { clock: systemClock },
      ),
    )
  const left = () =>
    bed.look(async store => {
      const info = await store.get(run)
      return store.read(run, async reader => (await knownCredentials(reader, info, operations))?.left.credentials)
    })
  return { run, names, give, left }
}
const namesIn = (name: string) =>
  (parse(readFileSync(path(name)), { columns: true }) as { readonly Name: string }[]).map(({ Name }) => Name.slice(3))

t.test('a process that dies before the file is written leaves everything sealed', async t => {
  const { give, left, names } = await hired(3)
  await t.rejects(
    give('first.csv', async () => {
      throw new Error('killed')
    }),
    /killed/,
  )
  t.strictSame([await left(), existsSync(path('first.csv'))], [3, false])
  t.match(await give('first.csv'), { credentials: 3 })
  t.strictSame([namesIn('first.csv'), await left()], [names, 0])
})

t.test('half a file of this run is written again, and a partial of somebody else stays', async t => {
  const { give, left, names } = await hired(2)
  writeFileSync(path('half.csv.partial'), 'Name,Em')
  await t.rejects(give('half.csv'), { code: 'FILE_UNWRITABLE', message: /half\.csv\.partial already exists/ })
  rmSync(path('half.csv.partial'))
  let saved = 0
  await t.rejects(
    give('half.csv', plain, run => ({
      ...run,
      async saveNote(...note) {
        if (++saved === 2) throw new Error('killed')
        await run.saveNote(...note)
      },
    })),
    /killed/,
  )
  t.strictSame([existsSync(path('half.csv')), existsSync(path('half.csv.partial')), await left()], [false, true, 2])
  writeFileSync(path('half.csv.partial'), 'Name,Em')
  t.match(await give('half.csv'), { credentials: 2 })
  t.strictSame([namesIn('half.csv'), existsSync(path('half.csv.partial')), await left()], [names, false, 0])
})

t.test('a process that dies after the file is written is continued, and the file is not written twice', async t => {
  const { give, left } = await hired(2)
  const dying = (run: AlteredRun): AlteredRun => ({
    ...run,
    destroySecrets: async () => {
      throw new Error('killed')
    },
  })
  await t.rejects(give('whole.csv', plain, dying), /killed/)
  t.equal(await left(), 2)
  const before = readFileSync(path('whole.csv'), 'utf8')
  t.match(await give('other.csv'), { path: path('whole.csv'), credentials: 2 })
  t.strictSame(
    [readFileSync(path('whole.csv'), 'utf8'), existsSync(path('other.csv')), await left()],
    [before, false, 0],
  )
  t.equal(await give('other.csv'), undefined)
})

t.test('a file that was moved before its secrets were destroyed is written again', async t => {
  const { give, left, names } = await hired(2)
  const dying = (run: AlteredRun): AlteredRun => ({
    ...run,
    destroySecrets: async () => {
      throw new Error('killed')
    },
  })
  await t.rejects(give('moved.csv', plain, dying), /killed/)
  rmSync(path('moved.csv'))
  t.match(await give('again.csv'), { credentials: 2 })
  t.strictSame([namesIn('again.csv'), await left()], [names, 0])
})

t.test('an existing file stays as it is', async t => {
  const { give, left } = await hired(1)
  writeFileSync(path('mine.csv'), 'mine')
  await t.rejects(give('mine.csv'), { code: 'FILE_UNWRITABLE', message: /mine\.csv already exists/ })
  t.strictSame([readFileSync(path('mine.csv'), 'utf8'), await left()], ['mine', 1])
})

t.test(
  'a run is pruned once its passwords are handed out, wherever the process died that wrote their file',
  async t => {
    const isLeft = (id: string) =>
      bed.look(store =>
        store.read(id, async run => (await run.loadNote(credentialsNote)) as { readonly left: boolean }),
      )
    const killed = async (): Promise<never> => {
      throw new Error('killed')
    }
    const early = await hired(2)
    await t.rejects(
      early.give('early.csv', plain, run => ({ ...run, destroySecrets: killed })),
      /killed/,
    )
    t.match(await early.give('early.csv'), { credentials: 2 })
    t.match(await isLeft(early.run), { left: false })
    const late = await hired(2)
    let saved = 0
    await t.rejects(
      late.give('late.csv', plain, run => ({
        ...run,
        saveNote: async (...note) => (++saved === 3 ? killed() : run.saveNote(...note)),
      })),
      /killed/,
    )
    t.match(await isLeft(late.run), { left: true })
    const shown = await bed.run('runs', 'credentials', late.run, '--to', 'other.csv', '--plain-credentials')
    t.match(shown, { status: 2, stderr: /no passwords or passes that were not handed out[^]*late\.csv/ })
    t.match(await isLeft(late.run), { left: false })
  },
)
