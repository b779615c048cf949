import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import type { Cli } from '../../../src/cli/cli.ts'
import { connectionOf } from '../../../src/cli/running/connection.ts'
import type { Bucket } from '../../../src/core/budget.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { runSandbox } from '../../../src/sandbox/main.ts'
import type { SandboxSettings } from '../../../src/sandbox/settings.ts'
import { openGraph } from '../../../src/tenants/connect.ts'
import type { Store } from '../../../src/store/store.ts'
import { fakeEnvironment } from '../../tenants/fake-environment.ts'

/** The quotas that one request to the folder's sandbox takes from, while a sandbox of these settings runs there. */
const quotasOf = async (stateDir: string, settings: SandboxSettings): Promise<readonly Bucket[]> => {
  const end = new AbortController()
  let ready = () => {}
  const runs = new Promise<void>(resolve => (ready = resolve))
  const ended = runSandbox({ stateDir, settings, foreground: true, signal: end.signal, onReady: () => ready() })
  await runs
  try {
    const taken: Bucket[] = []
    const graph = await openGraph(...(await connectionOf({ tenant: 'sandbox' }, cliOf(stateDir, taken), true)))
    await graph.request({ method: 'GET', url: '/users?$top=1' })
    await graph.close()
    return taken
  } finally {
    end.abort()
    await ended
  }
}

const cliOf = (stateDir: string, taken: Bucket[]): Cli => {
  const budget = {
    take: async (spend: readonly { readonly bucket: Bucket }[]) => {
      taken.push(...spend.map(({ bucket }) => bucket))
      return 0
    },
    settle: async () => {},
    pause: async () => {},
  }
  const stream = new PassThrough()
  return {
    environment: fakeEnvironment(stateDir),
    clock: systemClock,
    stdin: stream,
    stdout: stream,
    stderr: stream,
    signal: new AbortController().signal,
    json: () => false,
    config: () => undefined,
    store: async () => ({ budget, folder: { folder: async () => stateDir } }) as unknown as Store,
    say: () => {},
    exit: () => {},
  }
}

const folderOf = (t: Test): string => t.testdir({ sandbox: {} }) + '/sandbox'

t.test('the quotas of a sandbox run as fast as it says that they do', async t => {
  const [bucket] = await quotasOf(folderOf(t), { users: 50, tls: false, timeScale: 10 })
  t.equal(bucket?.windowMs, 1_000, 'a tenth of the documented ten seconds')
})

t.test('a restarted sandbox does not inherit the requested waits of the previous one', async t => {
  const folder = folderOf(t)
  const settings = { users: 50, tls: false } as const
  const [first] = await quotasOf(folder, settings)
  const [second] = await quotasOf(folder, settings)
  t.ok(first && second)
  t.not(first?.name, second?.name)
})
