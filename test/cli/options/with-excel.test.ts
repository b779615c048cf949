import { PassThrough } from 'node:stream'
import t from 'tap'
import type { Cli } from '../../../src/cli/cli.ts'
import { withExcel } from '../../../src/cli/options/with-excel.ts'
import { processEnvironment } from '../../../src/core/environment.ts'
import { typeAnswers } from '../tenants-cli.ts'

const at = (typed: string, isJson = false): Cli => {
  const [stdin, stderr] = [new PassThrough(), new PassThrough()]
  typeAnswers(stdin, stderr, [[/Which list separator does Excel use\?[\s\S]*a comma/, typed]])
  return {
    stdin: Object.assign(stdin, { isTTY: true }),
    stderr,
    environment: processEnvironment(),
    signal: new AbortController().signal,
    json: () => isJson,
  } as unknown as Cli
}

/** The keys that move up and down in a list. */
const [up, down, enter] = ['\u001B[A', '\u001B[B', '\r']

t.test('--excel alone asks at the terminal, and the answer is the separator', async t => {
  t.strictSame(await withExcel({ to: 'x.csv', excel: true }, at(`${up}${enter}`)), { to: 'x.csv', excel: ';' })
  t.strictSame(await withExcel({ to: 'x.csv', excel: true }, at(`${up}${down}${enter}`)), { to: 'x.csv', excel: ',' })
})

t.test('the separator is not asked for if it is given or not needed, or without a terminal', async t => {
  t.strictSame(await withExcel({ to: 'x.csv', excel: ';' }, at(enter)), { to: 'x.csv', excel: ';' })
  t.strictSame(await withExcel({ to: 'x.csv', excel: true, delimiter: 'tab' }, at(enter)), {
    to: 'x.csv',
    delimiter: 'tab',
    excel: 'tab',
  })
  t.strictSame(await withExcel({ to: 'x.csv' }, at(enter)), { to: 'x.csv' })
  await t.rejects(withExcel({ to: 'x.csv', excel: true }, at(enter, true)), {
    code: 'OPTION_INVALID',
    message: /^Which list separator does Excel use\? Give --excel=';' /,
  })
})
