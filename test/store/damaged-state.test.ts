import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t, { type Test } from 'tap'
import type { Checkpoint } from '../../src/store/types.ts'
import { newRun, storeIn } from './fixtures.ts'

const checkpoint = (cut: number): Checkpoint => ({ cut, positions: {}, states: {}, counters: {} })
const keysOf = (cut: number) => Array.from({ length: 3000 }, (_, at) => `${cut}/user${at}@contoso.com`)

/** A run that has kept keys and ids up to its second cut, and some of the third; `between` sees its files after the first. */
const interrupted = async (t: Test, between: (state: string) => void = () => {}) => {
  const store = storeIn(t, t.testdir())
  const run = await store.create(newRun())
  const state = join(store.folder.path, 'runs', run.id, 'state', 'main')
  let held = run
  let at = { length: 0, checksum: 0 }
  for (const cut of [1, 2]) {
    const scope = held.scope('0')
    scope.set('s').addAll(keysOf(cut))
    scope.map('m').setAll([...keysOf(cut), 'again', 'again'].map((key, place) => [key, place + cut]))
    const ids = held.ids(at)
    ids.addAll(keysOf(cut))
    at = { length: ids.length, checksum: ids.checksum }
    ids.addAll(['ahead'])
    scope.advance(cut)
    scope.set('s').addAll(['ahead'])
    await held.saveCheckpoint(checkpoint(cut))
    await held.release()
    if (cut === 1) between(state)
    held = await store.hold(run.id)
    await held.rewind()
  }
  await held.release()
  return { store, id: run.id, state, at, keys: join(state, 'keys.sqlite') }
}

const refusal = { code: 'PARTIAL_CHANGED', fix: 'Start over with --fresh.' }

const overwrite = (path: string, position: number, bytes: string) => {
  const file = openSync(path, 'r+')
  writeSync(file, bytes, position)
  closeSync(file)
}

t.test('unchanged state can be resumed any number of times', async t => {
  const { store, id, at } = await interrupted(t)
  for (let again = 0; again < 2; again++) {
    const run = await store.hold(id)
    t.strictSame(await run.rewind(), checkpoint(2))
    t.strictSame(run.scope('0').set('s').addAll(['1/user0@contoso.com', '2/user2999@contoso.com']), [false, false])
    t.strictSame(run.ids(at).addAll(['2/user0@contoso.com']), [false])
    await run.release()
  }
})

t.test('a set that a resumed run did not open is still checked at the next checkpoint', async t => {
  const { store, id, keys } = await interrupted(t)
  const run = await store.hold(id)
  await run.rewind()
  await run.saveCheckpoint(checkpoint(3))
  await run.release()
  rmSync(keys)
  await t.rejects(async () => (await store.hold(id)).rewind(), refusal)
})

const edit = (statement: string) => (path: string) => {
  const sql = new DatabaseSync(path)
  sql.exec(statement)
  sql.close()
}
const damages: Readonly<Record<string, (path: string) => void>> = {
  removed: path => rmSync(path),
  emptied: path => truncateSync(path, 0),
  'truncated to half': path => truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096),
  'overwritten with zeros': path => overwrite(path, 0, '\0'.repeat(statSync(path).size)),
  'another key in place of one': path => {
    const bytes = readFileSync(path)
    const place = bytes.indexOf('2/user1234@contoso.com')
    t.ok(place > 0)
    overwrite(path, place, '2/user1235')
  },
  'a key less': edit(`delete from tail where key = '1/user7@contoso.com'`),
  'a value changed': edit(`update tail set value = '77' where key = '1/user7@contoso.com' and value <> ''`),
  'the tables of another file': edit('drop table tail'),
}
for (const [how, damage] of Object.entries(damages))
  t.test(`keys that do not match the checkpoint are refused: ${how}`, async t => {
    const { store, id, keys } = await interrupted(t)
    damage(keys)
    for (let again = 0; again < 2; again++) {
      const run = await store.hold(id)
      await t.rejects(run.rewind(), refusal, 'also on a second attempt')
      await run.release()
    }
  })

t.test('keys of an earlier checkpoint are refused', async t => {
  const { store, id, keys } = await interrupted(t, state => copyFileSync(join(state, 'keys.sqlite'), `${state}.old`))
  copyFileSync(join(keys, '../../main.old'), keys)
  const run = await store.hold(id)
  await t.rejects(run.rewind(), refusal)
  await run.release()
})

t.test('ids that do not match the checkpoint are refused', async t => {
  const { store, id, state, at } = await interrupted(t, folder => {
    const name = readdirSync(folder).find(file => file.endsWith('.ids'))!
    copyFileSync(join(folder, name), `${folder}.old`)
  })
  const path = join(
    state,
    readdirSync(state).find(name => name.endsWith('.ids'))!,
  )
  const whole = readFileSync(path)
  const ways: Readonly<Record<string, () => void>> = {
    removed: () => rmSync(path),
    truncated: () => truncateSync(path, 16),
    'overwritten, of the right length': () => overwrite(path, 16 * 1000, 'other ids'),
    'two swapped': () =>
      writeFileSync(path, Buffer.concat([whole.subarray(16, 32), whole.subarray(0, 16), whole.subarray(32)])),
    'an older copy': () => copyFileSync(`${state}.old`, path),
  }
  for (const [how, damage] of Object.entries(ways)) {
    writeFileSync(path, whole)
    damage()
    const run = await store.hold(id)
    await run.rewind()
    t.throws(() => run.ids(at), refusal, how)
    await run.release()
  }
})
