import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { shelvedKeys, type Shelf } from '../../src/store/key-shelf.ts'
import { keyWrapping, keyWrappingOf, rewrapKeys } from '../../src/store/key-wrapping.ts'
import { claimsOnShelf } from '../../src/store/lasting-claims.ts'

const memoryShelf = () => {
  const things = new Map<string, Uint8Array>()
  const shelf: Shelf = {
    get: async name => things.get(name),
    async create(name, bytes) {
      if (things.has(name)) return false
      things.set(name, bytes)
      return true
    },
    async *names() {
      yield* [...things.keys()]
    },
    remove: async names => names.forEach(name => things.delete(name)),
  }
  return { things, shelf }
}

const newKey = (): string => randomBytes(32).toString('base64')

t.test('all processes have the same key of a run, which only the file of keys opens', async t => {
  const { things, shelf } = memoryShelf()
  const [one, other] = [newKey(), newKey()]
  const first = shelvedKeys(shelf, keyWrapping(one))
  const second = shelvedKeys(shelf, keyWrapping(one))
  await second.bring('run')
  t.equal(second.of('run'), undefined)
  await Promise.all([first.keep('run'), second.keep('run')])
  t.equal(things.size, 1)
  t.ok(first.of('run')!.equals(second.of('run')!))
  t.notOk([...things.values()].some(bytes => Buffer.from(bytes).includes(first.of('run')!)))
  const stranger = shelvedKeys(shelf, keyWrapping(other))
  await stranger.bring('run')
  t.equal(stranger.of('run'), undefined)
  t.strictSame(await stranger.rewrap(), { rewrapped: 0, unreadable: 1 })
})

t.test('a new first line wraps all keys again, and the old line is then needed no more', async t => {
  const { things, shelf } = memoryShelf()
  const [old, fresh] = [newKey(), newKey()]
  const before = shelvedKeys(shelf, keyWrapping(old))
  for (const run of ['one', 'two']) await before.keep(run)
  const both = shelvedKeys(shelf, keyWrapping(`${fresh}\n${old}\n`))
  await both.bring('one')
  t.ok(both.of('one')!.equals(before.of('one')!), 'while some are wrapped by the old one')
  t.strictSame(await both.rewrap(), { rewrapped: 2, unreadable: 0 })
  t.strictSame(await both.rewrap(), { rewrapped: 0, unreadable: 0 })
  const after = shelvedKeys(shelf, keyWrapping(fresh))
  await after.bring('two')
  t.ok(after.of('two')!.equals(before.of('two')!))
  await after.forget('two')
  t.equal(things.size, 1)
})

t.test('a process that lacks the key of a run makes no second one', async t => {
  const { things, shelf } = memoryShelf()
  const [old, fresh] = [newKey(), newKey()]
  const first = shelvedKeys(shelf, keyWrapping(fresh))
  await first.keep('run', true)
  const late = shelvedKeys(shelf, keyWrapping(old))
  await t.rejects(late.keep('run'), { code: 'STORE_UNUSABLE', message: /none of the keys .* has wrapped it/ })
  t.equal(things.size, 1)
  await late.keep('another')
  t.equal(things.size, 2)
})

t.test('a key of a run that has two is not removed', async t => {
  const { things, shelf } = memoryShelf()
  const [old, fresh] = [newKey(), newKey()]
  await shelvedKeys(shelf, keyWrapping(fresh)).keep('run', true)
  await shelvedKeys(shelf, keyWrapping(old)).keep('run', true)
  t.strictSame(await shelvedKeys(shelf, keyWrapping(`${fresh}\n${old}\n`)).rewrap(), { rewrapped: 0, unreadable: 1 })
  t.equal(things.size, 2)
})

t.test('a process uses the keys of the file as they are, without a restart', async t => {
  const path = join(t.testdir({}), 'key')
  const [old, fresh] = [newKey(), newKey()]
  writeFileSync(path, old)
  const running = keyWrappingOf(path, old)
  const key = randomBytes(32)
  const before = running.wrap(key, 'run')
  writeFileSync(path, `${fresh}\n${old}\n`)
  t.ok(running.unwrap(keyWrapping(fresh).wrap(key, 'run'), 'run')?.equals(key))
  t.notOk(running.isCurrent(before))
  t.ok(keyWrapping(fresh).unwrap(running.wrap(key, 'run'), 'run')?.equals(key))
  writeFileSync(path, 'no key')
  t.ok(running.unwrap(before, 'run')?.equals(key), 'a mistake in the file changes nothing')
})

t.test('processes that start at the same time wrap all keys again', async t => {
  const folder = t.testdir({})
  const [old, fresh] = [newKey(), newKey()]
  const wrapping = keyWrapping(`${fresh}\n${old}\n`)
  const key = randomBytes(32)
  for (const run of ['one', 'two']) writeFileSync(join(folder, run), keyWrapping(old).wrap(key, run))
  // What another process has begun to write.
  writeFileSync(join(folder, 'one.0.new'), 'half')
  t.strictSame(rewrapKeys({ folder, wrapping }), { rewrapped: 2, unreadable: 0 })
  for (const run of ['one', 'two'])
    t.ok(
      keyWrapping(fresh)
        .unwrap(readFileSync(join(folder, run)), run)
        ?.equals(key),
    )
})

t.test('what survives runs belongs to the machine whose claim came first', async t => {
  const { shelf } = memoryShelf()
  const claims = (host: string) => claimsOnShelf(shelf, 's3://jobs/lasting/', host)
  const folder = t.testdir({ red: {}, blue: {} })
  const folders = [`${folder}/red`, `${folder}/blue`] as const
  // Both were opened before either had a claim.
  const [first, second] = [await claims('red'), await claims('blue')]
  first.claim(folders[0], 'tenant', 'hr')
  await first.settled()
  second.claim(folders[1], 'tenant', 'hr')
  await t.rejects(second.settled(), { code: 'STORE_UNUSABLE', message: /is kept on the machine red, and this is blue/ })
  const later = await claims('blue')
  t.throws(() => later.claim(folders[1], 'tenant', 'hr'), { code: 'STORE_UNUSABLE', message: /machine red/ })
  later.claim(folders[1], 'other', 'hr')
  await t.resolves(later.settled())
})
