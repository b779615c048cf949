import t from 'tap'
import type { Read, Source } from '../../../src/core/parts.ts'
import { readShardsAtOnce } from '../../../src/sources/selection/shards-at-once.ts'
import { partContext } from '../../contracts/part-context.ts'

const { ctx } = partContext('/')
const page = (key: string): Read<string> => ({ rows: [{ key, value: key }] })

const taken = async (source: Source<string>): Promise<readonly string[]> => {
  const keys: string[] = []
  await readShardsAtOnce(source, ctx, ({ rows }) => void keys.push(...rows.map(({ key }) => String(key))))
  return keys.sort()
}

t.test('shards are read at once: none of them waits for the end of another', async t => {
  let open = 0
  let all = (): void => {}
  const opened = new Promise<void>(resolve => (all = resolve))
  const source: Source<string> = {
    kind: 'four',
    split: async () => ['a', 'b', 'c', 'd'].map(name => ({ name })),
    async *read(_, { name }) {
      if (++open === 4) all()
      await opened
      yield page(`${name}1`)
      yield page(`${name}2`)
    },
  }
  t.strictSame(await taken(source), ['a1', 'a2', 'b1', 'b2', 'c1', 'c2', 'd1', 'd2'])
})

t.test('what remains of a shard is read too, and a source without shards is one', async t => {
  const source: Source<string> = {
    kind: 'one',
    async *read(_, { name }) {
      if (name !== 'one') return yield page(name)
      yield { rows: [], rest: [{ name: 'x' }, { name: 'y' }] }
    },
  }
  t.strictSame(await taken(source), ['x', 'y'])
})

t.test('after a failure nothing more is taken, and the failure is thrown', async t => {
  let go = (): void => {}
  const failed = new Promise<void>(resolve => (go = resolve))
  let isClosed = false
  const source: Source<string> = {
    kind: 'two',
    split: async () => [{ name: 'bad' }, { name: 'good' }],
    async *read(_, { name }) {
      if (name === 'bad') {
        go()
        throw new Error('no')
      }
      try {
        await failed
        await new Promise(setImmediate)
        yield page('good')
      } finally {
        isClosed = true
      }
    },
  }
  const keys: string[] = []
  await t.rejects(
    readShardsAtOnce(source, ctx, ({ rows }) => void keys.push(...rows.map(({ key }) => String(key)))),
    { message: 'no' },
  )
  t.strictSame(keys, [])
  t.ok(isClosed)
})
