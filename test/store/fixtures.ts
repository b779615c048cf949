import { homedir } from 'node:os'
import type { Clock } from '../../src/core/clock.ts'
import type { Environment } from '../../src/core/environment.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { PhaseReader } from '../../src/store/run-store.ts'
import type { Run, RunPhase, StoreReader } from '../../src/store/store.ts'
import { onlyPhase, type NewRun } from '../../src/store/types.ts'

export const environmentAt = (folder: string, more: Partial<Environment> = {}): Environment => ({
  variable: name => (name === 'ENTRAPIPE_STORE' ? folder : undefined),
  cwd: '/',
  home: homedir(),
  tmp: '/tmp',
  platform: process.platform,
  ...more,
})

/** A clock that stands until it is moved. */
export const handClock = (now = Date.UTC(2026, 10, 21, 8, 30)): Clock & { move(ms: number): void } => ({
  now: () => now,
  sleep: async ms => void (now += ms),
  move: ms => void (now += ms),
})

export const newRun = (more: Partial<NewRun> = {}): NewRun => ({
  pipeline: 'export users',
  params: { preset: 'portal-users' },
  tenant: { name: 'contoso', id: '11111111-2222-3333-4444-555555555555' },
  target: '/out/users.csv',
  codeHash: 'c0de',
  resumable: true,
  ...more,
})

/** A run together with its only phase. */
export const withMain = async (run: Run): Promise<Run & RunPhase> => ({ ...run, ...(await run.phase(onlyPhase)) })

/** A store in `folder`, closed when the test ends. Its runs come together with their only phase. */
export const storeIn = (t: { teardown(end: () => void): void }, folder: string, clock: Clock = handClock()) => {
  const store = openStore({ environment: environmentAt(folder), clock })
  t.teardown(() => store.close())
  return {
    ...store,
    get budget() {
      return store.budget
    },
    create: async (run: NewRun) => withMain(await store.create(run)),
    hold: async (id: string, alsoWrites?: readonly string[], again?: boolean) =>
      withMain(await store.hold(id, alsoWrites, again)),
    read: <T>(id: string, look: (run: StoreReader & PhaseReader) => T | Promise<T>) =>
      store.read(id, run => look({ ...run, ...run.phase(onlyPhase) })),
  }
}
