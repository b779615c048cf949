import t from 'tap'
import { exitCodes } from '../../src/cli/command-line/exit-codes.ts'
import { codes } from '../../src/core/errors.ts'
import { textOf } from './source-files.ts'

/** Status and meaning, as `entrapipe --help` gives them. */
const shown = exitCodes
  .replace(/^Exit codes: /, '')
  .replaceAll('\n', ' ')
  .split(' · ')
  .map(entry => /^(\d+) (.*)$/.exec(entry)!.slice(1))

/** The first two cells of the rows that begin with a number. */
const rowsOf = (file: string): readonly (readonly string[])[] =>
  [...textOf(file).matchAll(/^\| *`?(\d+)`? *\| *([^|]*?) *\|/gm)].map(row => row.slice(1, 3))

t.test('docs/exit-codes.md has the statuses that --help shows, in the same words', async t => {
  t.strictSame(rowsOf('docs/exit-codes.md'), shown)
})

t.test('every error ends with one of these statuses', async t => {
  const known = shown.map(([status]) => Number(status))
  t.strictSame(
    Object.entries(codes).filter(([, { exit }]) => !known.includes(exit)),
    [],
  )
})
