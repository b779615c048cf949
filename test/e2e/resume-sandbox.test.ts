import { writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import t from 'tap'
import { killAt, killOften, runsOf, whenPartialHas } from '../programs/killed-command.ts'
import { random } from '../programs/random.ts'
import { partialHas } from '../programs/standing.ts'
import { openBed } from './bed.ts'

const users = 10_000
const bed = await openBed(t, { users: 10 })
const desk = bed.desk({ config: false })
/** The sandbox keeps what it keeps in a store of its own, as on another machine. */
const env = { ENTRAPIPE_STORE: desk.path('store-of-the-sandbox') }

interface Serving {
  readonly baseUrl: string
  readonly authorityUrl: string
  readonly tenantId: string
  readonly clientId: string
  readonly secretFile: string
}

/** Starts the sandbox, a process of its own, and writes a configuration that points to it; answers how to kill -9 it. */
const serve = async (port = 0): Promise<{ readonly port: number; readonly kill: () => Promise<void> }> => {
  const { child, ended } = desk.start(
    ['--json', 'sandbox', '--users', String(users), '--port', String(port), '--http'],
    { env },
  )
  const [line] = (await Promise.race([
    once(createInterface(child.stdout!), 'line'),
    ended.then(({ stderr }) => Promise.reject(new Error(stderr))),
  ])) as [string]
  const { baseUrl, authorityUrl, tenantId, clientId, secretFile } = JSON.parse(line) as Serving
  const local = {
    ...{ tenantId, clientId, authorityUrl },
    graphUrl: baseUrl,
    credential: { kind: 'secret', secret: { file: secretFile } },
  }
  writeFileSync(desk.path('entrapipe.config.json'), JSON.stringify({ tenants: { local } }))
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL')
    await ended
  }
  return { port: Number(new URL(baseUrl).port), kill }
}

let sandbox = await serve()
t.teardown(() => sandbox.kill())

const args = (to: string): string[] => [
  ...['export', 'users', '--preset', 'portal-users', '--page-size', '125', '--checkpoint-rows', '500'],
  ...['--to', to],
]
const undisturbed = await desk.run(args('undisturbed.csv.gz'))
if (undisturbed.status !== 0) throw new Error(undisturbed.stderr)
const wanted = desk.bytes('undisturbed.csv.gz')

t.test('an export survives kills of itself and of the sandbox in turn, and a sandbox at another address', async t => {
  const to = 'turns.csv.gz'
  const kills = await killOften(t, {
    ...{ desk, to, wanted, args: args(to), next: random(to), kills: 3 },
    async between() {
      await sandbox.kill()
      sandbox = await serve()
    },
  })
  t.ok(kills >= 3, `${kills} kills of each`)
})

t.test('an export waits for a killed sandbox to return, and its bytes are the same', async t => {
  const to = 'under.csv.gz'
  const { ended } = desk.start(args(to))
  await partialHas(desk, to, wanted.length / 4)
  await sandbox.kill()
  sandbox = await serve(sandbox.port)
  const { status, stderr } = await ended
  t.equal(status, 0, stderr)
  t.ok(desk.bytes(to).equals(wanted))
  t.match(desk.manifest(to), { completeness: 'complete', resumed: 0, counts: { written: users, repeated: 0 } })
})

t.test('the export is then killed too, and resumed', async t => {
  const to = 'both.csv.gz'
  // An export that was faster than who watches it is begun again.
  for (let wasKilled = false; !wasKilled;) {
    let back: Promise<void> | undefined
    const { killed } = await killAt(desk, args(to), come => {
      const first = whenPartialHas(desk, to, wanted.length / 5, () => {
        back ??= sandbox.kill().then(async () => void (sandbox = await serve(sandbox.port)))
      })
      const last = whenPartialHas(desk, to, (wanted.length * 3) / 5, come)
      return {
        close() {
          first.close()
          last.close()
        },
      }
    })
    await back
    wasKilled = killed && (await runsOf(desk))[0]?.status === 'interrupted'
  }
  const { status, stderr } = await desk.run(args(to))
  t.equal(status, 0, stderr)
  t.ok(desk.bytes(to).equals(wanted))
  t.match((await runsOf(desk))[0], { status: 'done', resumed: 1 })
})
