/**
 * Measures `entrapipe diff` on two exports of a directory: `node --conditions=entrapipe-source bench/diff.ts [users]`, by default 1,000,000. Linux only.
 * Between the exports, 1 % of the users are changed: four fifths move, a tenth are deleted, as many are created. What diff writes is compared with these changes.
 */
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { program, withDesk, type Desk } from './desk.ts'
import { measure } from './measure.ts'

const users = Number(process.argv[2] ?? 1_000_000)
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const moved = 'Department of moves'
const columns = ['id', 'userPrincipalName', 'displayName', 'department', 'jobTitle', 'mail', 'accountEnabled']

type Change = 'added' | 'removed' | 'changed'

interface Difference {
  readonly change: Change
  readonly id: string
  readonly old: Readonly<Record<string, unknown>> | null
  readonly new: Readonly<Record<string, unknown>> | null
}

async function* linesOf(path: string): AsyncGenerator<string> {
  for await (const line of createInterface({ input: createReadStream(path) })) yield line
}

async function* rowsOf<T>(path: string): AsyncGenerator<T> {
  for await (const line of linesOf(path)) {
    const value = JSON.parse(line) as T & { readonly $entrapipe?: unknown }
    if (value.$entrapipe === undefined) yield value as Awaited<T>
  }
}

const exportUsers = async ({ folder }: Desk, name: string): Promise<void> => {
  const args = ['export', 'users', '--select', columns.join(','), '--to', join(folder, name), '--tenant', 'sandbox']
  await measure([program, ...args], { ENTRAPIPE_STORE: join(folder, 'store') }, folder)
}

/** Changes 1 % of the users, spread over the export, and returns what was done to whom. */
const change = async ({ control, folder }: Desk): Promise<ReadonlyMap<string, Change>> => {
  const truth = new Map<string, Change>()
  const mutations: object[] = []
  const count = Math.floor(users / 100)
  const step = Math.floor(users / (count * 0.9))
  let row = 0
  for await (const { id, department } of rowsOf<{ readonly id: string; readonly department: string | null }>(
    join(folder, 'old.jsonl'),
  )) {
    if (row++ % step !== 0 || truth.size >= count * 0.9 || department === moved) continue
    const isRemoved = truth.size % 9 === 0
    truth.set(id, isRemoved ? 'removed' : 'changed')
    mutations.push(
      isRemoved
        ? { do: 'delete', kind: 'user', id }
        : { do: 'update', kind: 'user', id, values: { department: moved } },
    )
  }
  for (let at = 0; at < count * 0.1; at++) {
    const name = `bench.joiner${at}`
    mutations.push({
      do: 'create',
      kind: 'user',
      values: { displayName: name, mailNickname: name, userPrincipalName: `${name}@contoso.com`, accountEnabled: true },
    })
  }
  for (let at = 0; at < mutations.length; at += 500) {
    const { changes } = await control<{ readonly changes: readonly { readonly id: string }[] }>(
      'POST',
      '/mutations',
      mutations.slice(at, at + 500),
    )
    for (const { id } of changes) if (!truth.has(id)) truth.set(id, 'added')
  }
  return truth
}

/** How many lines contradict what was changed. */
const contradictions = async (path: string, truth: ReadonlyMap<string, Change>): Promise<number> => {
  const left = new Map(truth)
  let wrong = 0
  for await (const row of rowsOf<Difference>(path)) {
    const isRight =
      row.change === 'changed'
        ? Object.keys(row.new ?? {}).join() === 'department' && row.new?.['department'] === moved
        : (row.change === 'added') === (row.old === null)
    if (left.get(row.id) !== row.change || !isRight) wrong++
    left.delete(row.id)
  }
  return wrong + left.size
}

await withDesk({ users, timeScale: 0, writeMs: 0 }, async desk => {
  await exportUsers(desk, 'old.jsonl')
  await exportUsers(desk, 'old.csv')
  const truth = await change(desk)
  await exportUsers(desk, 'new.jsonl')
  await exportUsers(desk, 'new.csv')
  say('| inputs | seconds | CPU | peak | median | lines that contradict the changes |')
  say('| --- | ---: | ---: | ---: | ---: | ---: |')
  for (const [old, now] of [
    ['old.jsonl', 'new.jsonl'],
    ['old.csv', 'new.csv'],
    ['old.csv', 'new.jsonl'],
  ] as const) {
    const to = `${old}-${now}.diff.jsonl`
    const { seconds, cpuSeconds, peakMb, medianMb } = await measure(
      [program, 'diff', old, now, '--key', 'id', '--to', to],
      { ENTRAPIPE_STORE: join(desk.folder, 'store') },
      desk.folder,
    )
    const wrong = await contradictions(join(desk.folder, to), truth)
    say(
      `| ${old}, ${now} | ${seconds.toFixed(1)} | ${cpuSeconds.toFixed(1)} s | ${peakMb.toFixed(0)} MB | ${medianMb.toFixed(0)} MB | ${wrong} of ${truth.size} |`,
    )
  }
})
