import { cpSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { createSandbox } from '../../src/sandbox/create-sandbox.ts'
import { child, runDelta, select } from '../programs/delta-child.ts'
import type { SandboxAt } from '../programs/sandbox-client.ts'
import { presentIn, replay, rowsIn, type Table } from './replay.ts'

const root = t.testdir({ sandbox: {}, first: {} })
const stateDir = join(root, 'sandbox')
const sandbox = await createSandbox({ users: 700, tls: false, stateDir, knobs: { deltaPageSize: 150 } })
t.teardown(() => sandbox.close())
const control = async (method: string, path: string, body: unknown): Promise<unknown> => {
  const headers = { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' }
  const reply = await fetch(`${sandbox.controlUrl}${path}`, { method, headers, body: JSON.stringify(body) })
  if (!reply.ok) throw new Error(await reply.text())
  return reply.json()
}
const { accessToken } = (await control('POST', '/tokens', {})) as { readonly accessToken: string }
const at: SandboxAt = { rootUrl: sandbox.baseUrl, tenantId: sandbox.tenantId, token: accessToken }
const present = (): Promise<Table> => presentIn(at, '/users', select)

/** Folders with a first load, before anything changed. */
const first = join(root, 'first')
await runDelta(first, '1.jsonl', at)
let copies = 0
const copy = (): string => {
  const folder = join(root, `copy-${++copies}`)
  cpSync(first, folder, { recursive: true })
  return folder
}
const ids = [...(await present()).keys()]
await control(
  'POST',
  '/mutations',
  ids
    .slice(0, 640)
    .map((id, n) =>
      n % 3 === 0
        ? { do: 'delete', kind: 'user', id }
        : { do: 'update', kind: 'user', id, values: { department: `Department ${n}` } },
    ),
)

const changed = (at: number, department: string): object => ({
  do: 'update',
  kind: 'user',
  id: ids[at]!,
  values: { department },
})

const fileOf = (folder: string, name: string): readonly Readonly<Record<string, unknown>>[] =>
  existsSync(join(folder, name)) ? rowsIn(readFileSync(join(folder, name), 'utf8')) : []

const counts = (await child(copy(), '2.jsonl', at))!

/** The first and the last of a kind, and each third in between. */
const isTried = (n: number, of: number): boolean => n <= 3 || n > of - 6 || n % 3 === 0

for (const kind of ['commit', 'rename', 'renamed', 'remove', 'sync', 'written'] as const)
  for (let n = 1; n <= (counts[kind] ?? 0); n++) {
    if (!isTried(n, counts[kind]!)) continue
    // The command is repeated, or one that writes to another file.
    const again = n % 2 === 0 ? '2.jsonl' : 'other.jsonl'
    t.test(`a delta that is killed at ${kind} ${n}, and then one to ${again}, lose no change`, async t => {
      const folder = copy()
      t.equal(await child(folder, '2.jsonl', at, { at: kind, n }), undefined)
      const seen = fileOf(folder, '2.jsonl')
      // What was read already changes again.
      await control('POST', '/mutations', [changed(1, `${kind} ${n}`), changed(2, `${kind} ${n}`)])
      const wanted = await present()
      await runDelta(folder, again, at)
      await runDelta(folder, '3.jsonl', at)
      const loads = [fileOf(folder, '1.jsonl'), seen, fileOf(folder, again), fileOf(folder, '3.jsonl')]
      t.strictSame(loads.reduce(replay, new Map<string, never>()), wanted)
      // A reader that only looks at the file once the command has succeeded.
      if (again === '2.jsonl') t.strictSame(loads.toSpliced(1, 1).reduce(replay, new Map<string, never>()), wanted)
    })
  }
