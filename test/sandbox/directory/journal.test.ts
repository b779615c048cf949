import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { handClock, small } from './fixture.ts'
import { mutate } from '../mutate.ts'

t.test('a directory with the same seed and sizes replays all earlier changes', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const clock = handClock()
  const first = small({ journal, clock })
  const { ids } = first.collection('user').slice({ order: 'default', view: 'direct' }, 10, ['id'])
  mutate(first, { do: 'create', kind: 'user', values: { displayName: 'Zoë' } }, 'one')
  clock.move(1000)
  first.moveClock(86_400_000)
  mutate(first, { do: 'update', kind: 'user', id: ids[0] ?? '', values: { city: 'Oslo' } }, 'two')
  mutate(first, { do: 'delete', kind: 'user', id: ids[1] ?? '' }, 'three')
  first.close()
  const second = small({ journal, clock })
  t.strictSame(second.changes(0), first.changes(0))
  t.equal(second.now(), first.now())
  for (const change of first.changes(0) ?? []) t.strictSame(second.truth(change.id), first.truth(change.id))
  second.close()
})

t.test('a truncated last line is dropped, and the next change starts a new line', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const first = small({ journal })
  mutate(first, { do: 'create', kind: 'user', values: { displayName: 'Zoë' } }, 'one')
  first.close()
  appendFileSync(journal, '{"n":2,"at":17')
  const second = small({ journal })
  t.equal(second.generation, 1)
  mutate(second, { do: 'create', kind: 'user', values: { displayName: 'Åsa' } }, 'two')
  second.close()
  const third = small({ journal })
  t.equal(third.generation, 2)
  t.equal(readFileSync(journal, 'utf8').split('\n').length, 4)
  third.close()
})

t.test('the journal of another directory, and a journal with a corrupted line, are refused', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  small({ journal }).close()
  t.throws(() => small({ journal, seed: 9 }), { code: 'SANDBOX_UNAVAILABLE' })
  appendFileSync(journal, 'not json\n')
  t.throws(() => small({ journal }), { code: 'SANDBOX_UNAVAILABLE', message: /^Line 2 of / })
})

t.test('a killed process loses no change that it had confirmed', async t => {
  const journal = join(t.testdir(), 'changes.jsonl')
  const source = new URL('../../../src/sandbox/directory/create-directory.ts', import.meta.url).href
  const script = `
    import { createDirectory } from ${JSON.stringify(source)}
    const clock = { now: () => 0, sleep: async () => {} }
    const directory = createDirectory({ users: 700, seed: 3, groups: 120, devices: 300, clock, journal: ${JSON.stringify(journal)} })
    for (;;) {
      const [{ sequence }] = directory.commit([{ do: 'create', kind: 'user', values: { displayName: 'x' } }], { request: 'child' })
      await new Promise(done => process.stdout.write(sequence + '\\n', done))
    }`
  const child = spawn(process.execPath, ['--input-type=module-typescript', '--no-warnings', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let answered = 0
  for await (const line of createInterface({ input: child.stdout })) {
    answered = Number(line)
    if (answered === 200) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  const directory = small({ journal })
  t.ok(answered >= 200)
  t.ok(directory.generation >= answered, `${directory.generation} of ${answered}`)
  directory.close()
})
