import type { Context, Origin } from '../../src/core/context.ts'
import { EntrapipeError } from '../../src/core/errors.ts'
import type { Result } from '../../src/core/result.ts'
import { fakeClock } from '../fake-clock.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'

interface PartContext {
  readonly ctx: Context
  readonly results: Result[]
  readonly origins: Origin[]
}

const absent = (what: string) => () => {
  throw new EntrapipeError('INTERNAL', `This test gives its part no ${what}`)
}

/** What a part of files sees: a folder, and lists of what it told. */
export const partContext = (cwd: string): PartContext => {
  const results: Result[] = []
  const origins: Origin[] = []
  const ctx: Context = {
    run: 'run-1',
    signal: new AbortController().signal,
    clock: fakeClock().clock,
    environment: fakeEnvironment(cwd),
    get graph() {
      return absent('client')()
    },
    untilShown: async () => undefined,
    tell: async () => undefined,
    doing: () => undefined,
    undoing: absent('earlier run'),
    due: absent('earlier run'),
    undoes: async () => undefined,
    store: { set: absent('store'), map: absent('store'), database: absent('store'), sorter: absent('store') },
    dryRun: false,
    lasting: absent('store'),
    results: absent('earlier phase'),
    changes: absent('earlier phase'),
    settled: result => results.push(result),
    origin: origin => origins.push(origin),
  }
  return { ctx, results, origins }
}
