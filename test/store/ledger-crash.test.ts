import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { storeIn } from './fixtures.ts'

const child = (folder: string) =>
  spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'children/send-rows.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })

t.test(
  'every row that was announced before a kill is sent or settled, and its result is there only if it is settled',
  async t => {
    for (const lines of [2, 3, 12, 41]) {
      const folder = t.testdir({})
      const sending = child(folder)
      const said: string[] = []
      for await (const line of createInterface(sending.stdout)) {
        said.push(line)
        if (said.length === lines) sending.kill('SIGKILL')
      }
      const [id, ...steps] = said as [string, ...string[]]
      const ordinalsOf = (verb: string) =>
        steps.filter(step => step.startsWith(verb)).flatMap(step => step.slice(verb.length).split(',').map(Number))
      const store = storeIn(t, folder)
      t.equal((await store.get(id)).status, 'interrupted')
      const run = await store.hold(id)
      const ledger = (await run.phase('main')).ledger()
      const entries = await ledger.entries({ limit: 20_000 })
      const inState = (state: string) =>
        new Set(entries.filter(each => each.state === state).map(({ ordinal }) => ordinal))
      const [sent, settled] = [inState('sent'), inState('settled')]
      t.strictSame(
        ordinalsOf('settled ').filter(ordinal => !settled.has(ordinal)),
        [],
      )
      t.strictSame(
        ordinalsOf('sent ').filter(ordinal => !sent.has(ordinal) && !settled.has(ordinal)),
        [],
      )
      t.ok(sent.size === 0 || sent.size === 50, 'a batch is sent as a whole')
      t.strictSame(
        (await run.readRows({ limit: 20_000 })).map(({ result }) => result.key),
        [...settled].sort((a, b) => a - b),
      )
      t.strictSame(
        (await ledger.attempts([...sent])).map(({ client }) => client),
        [...sent].map(ordinal => `c${ordinal}`),
      )
      t.equal((await run.countResults()).done, settled.size)
      await run.release()
      if (sent.size > 0) await t.rejects(store.discard(id), { code: 'RUN_UNDECIDED' })
    }
  },
)
