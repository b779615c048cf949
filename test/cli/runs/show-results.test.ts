import { PassThrough } from 'node:stream'
import t from 'tap'
import type { Cli } from '../../../src/cli/cli.ts'
import { showResults } from '../../../src/cli/runs/show-results.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import type { Result } from '../../../src/core/result.ts'
import type { Store } from '../../../src/store/store.ts'

const shown = async (results: readonly Result[], outcome?: Result['outcome']) => {
  const stdout = new PassThrough()
  const said: string[] = []
  const store = {
    get: () => ({ id: 'run-1' }),
    read: async (_: string, ask: (run: unknown) => unknown) =>
      ask({
        loadNote: () => undefined,
        readResults: ({ after }: { after: number }) =>
          results.map((result, at) => ({ ...result, sequence: at + 1 })).slice(after, after + 2),
      }),
  } as unknown as Store
  const cli = {
    stdout,
    signal: new AbortController().signal,
    environment: processEnvironment(),
    config: () => undefined,
    say: (line: string) => said.push(line),
  } as unknown as Cli
  await showResults(store, 'run-1', outcome, cli)
  stdout.end()
  return { said, out: String(stdout.read() ?? '') }
}
const failed = (key: string | number, message: string, fix?: string): Result => ({
  ...{ key, operation: 'csv', outcome: 'failed', code: 'ROW_INVALID', message },
  ...(fix === undefined ? {} : { fix }),
})

t.test('results on a terminal are a table with one header, over any number of pages', async t => {
  const { out, said } = await shown([
    failed(7, 'The cell is empty', 'Fill it'),
    failed(1_234, 'No such day.'),
    failed('a/0', 'Too long'),
  ])
  t.strictSame(said, [])
  t.equal(
    out,
    [
      'KEY   OUTCOME  CODE         REASON',
      '7     failed   ROW_INVALID  The cell is empty. Fill it.',
      '1234  failed   ROW_INVALID  No such day.',
      'a/0  failed  ROW_INVALID  Too long.',
      '',
    ].join('\n'),
  )
})

t.test('a run without results says so', async t => {
  t.strictSame(await shown([], 'failed'), { out: '', said: ['Run run-1 has no failed results.'] })
})
