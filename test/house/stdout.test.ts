import t from 'tap'
import { filesIn, textOf } from './source-files.ts'

/** Where a process may be ended, and where its stdout is written without being waited for. */
const places: Readonly<Record<string, readonly string[]>> = {
  'process.exit(': ['src/cli/main.ts'],
  'stdout.write(': ['src/cli/main.ts', 'src/sandbox/process/background.ts'],
}

t.test('only main ends the process, and everything printed is awaited', async t => {
  for (const [needle, allowed] of Object.entries(places))
    t.strictSame(
      filesIn('src', '.ts').filter(file => textOf(file).includes(needle) && !allowed.includes(file)),
      [],
      needle,
    )
})
