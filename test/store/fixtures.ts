import { homedir } from 'node:os'
import type { Clock } from '../../src/core/clock.ts'
import type { Environment } from '../../src/core/environment.ts'
import { openStore } from '../../src/store/open-store.ts'
import type { NewRun, Store } from '../../src/store/types.ts'

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

/** A store in `folder`, closed when the test ends. */
export const storeIn = (t: { teardown(end: () => void): void }, folder: string, clock: Clock = handClock()): Store => {
  const store = openStore({ environment: environmentAt(folder), clock })
  t.teardown(() => store.close())
  return store
}
