import t from 'tap'
import { retryOf } from '../../../src/cli/changes/retry-of.ts'
import type { RunReader } from '../../../src/store/run-store.ts'

/** A run whose rows failed with these codes and fixes. */
const failing = (...failed: readonly (readonly [code: string, fix: string])[]) =>
  ({
    phase: () => ({ ledger: () => ({ entries: async () => failed.map(() => ({ ordinal: 1, isFinal: false })) }) }),
    readResults: async ({ after }: { readonly after: number }) =>
      after > 0 ? [] : failed.map(([code, fix], at) => ({ code, fix, sequence: at + 1 })),
  }) as never as RunReader

t.test('--include-privileged is named only for rows that it lets through', async t => {
  const own = ['PROTECTED', 'Remove the row.'] as const
  const lifted = ['PROTECTED', 'Add --include-privileged if it is intended.'] as const
  const [stays, goes] = [await retryOf(failing(own), ['one']), await retryOf(failing(own, lifted), ['one'])]
  t.notMatch(stays?.first.join(' '), /--include-privileged/)
  t.match(goes?.first.join(' '), /privileged role, add --include-privileged to the retry/)
  t.match([stays, goes], [{ isBlocked: true }, { isBlocked: true }])
})
