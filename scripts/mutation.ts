/**
 * Measures which mistakes the tests notice: makes small mistakes in a copy of the tree, one at a time, and runs the tests that
 * load the changed file. `npm run mutation -- --only src/store --sample 40`; `--help` lists all options.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { filesIn, root, textOf } from '../test/house/source-files.ts'
import { judge } from './mutation/judge.ts'
import { mutantsOf, type Mutant } from './mutation/mutants.ts'
import { reportOf, shown, summaryOf, type Outcome } from './mutation/report.ts'
import { sampleOf } from './mutation/sample.ts'
import { copyTree } from './mutation/tree-copy.ts'

const help = `npm run mutation -- [options]

  --only PATH     only files whose paths begin with this (src/formats/csv); can be given several times
--sample N      this many mutants, chosen by the seed and spread over many lines
--seed N        seed of the sample (1)
--tests N       run at most this many test files per mutant, the nearest first (8)
--at FILE:LINE  only the mutants of this line; can be given several times
--report FILE   file for the report (out/mutation.md)
--list          list the mutants without running tests
`

/** Files in which a mistake loses or duplicates data, or hides an error. */
const usual = [
  'src/engine/',
  'src/store/',
  'src/graph/',
  'src/formats/',
  'src/sandbox/directory/mutations.ts',
  'src/sandbox/directory/overlay.ts',
  'src/sandbox/directory/link-overlay.ts',
  'src/sandbox/directory/state.ts',
  'src/sandbox/resources/delta',
  'src/sandbox/throttle/',
]

const { values: given } = parseArgs({
  options: {
    only: { type: 'string', multiple: true, default: usual },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    tests: { type: 'string', default: '8' },
    at: { type: 'string', multiple: true },
    report: { type: 'string', default: join(root, 'out/mutation.md') },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stdout.write(`${line}\n`)

const files = filesIn('src', '.ts').filter(file => given.only.some(start => file.startsWith(start)))
const sources = new Map(files.map(file => [file, textOf(file)]))

const chosen = (): readonly Mutant[] => {
  const all = [...sources].flatMap(([file, source]) => mutantsOf(file, source))
  const { at } = given
  const wanted = at ? all.filter(({ file, line }) => at.includes(`${file}:${line}`)) : all
  return given.sample === undefined ? wanted : sampleOf(wanted, Number(given.sample), Number(given.seed))
}

const measure = async (mutants: readonly Mutant[]): Promise<void> => {
  const stop = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
  const outcomes: Outcome[] = []
  const redTests = new Set<string>()
  using copy = copyTree()
  try {
    const judging = { sources, tests: Number(given.tests), redTests, signal: stop.signal }
    for await (const outcome of judge(copy, mutants, judging)) {
      outcomes.push(outcome)
      const by = outcome.end === 'survived' ? `\n${shown(outcome)}` : ` ${outcome.ran.at(-1) ?? ''}`
      say(`${outcomes.length}/${mutants.length} ${outcome.mutant.file}:${outcome.mutant.line} ${outcome.end}${by}`)
    }
  } catch (error) {
    if (!stop.signal.aborted) throw error
    say('interrupted')
  }
  const report = resolve(given.report)
  const asked = ['npm run mutation --', ...process.argv.slice(2)].join(' ')
  mkdirSync(dirname(report), { recursive: true })
  writeFileSync(report, reportOf(asked, outcomes, [...redTests]))
  say(`${summaryOf(outcomes)}; ${report}`)
}

if (given.help) say(help)
else {
  const mutants = chosen()
  if (given.list)
    for (const { file, line, kind, start, end, text } of mutants)
      say(`${file}:${line} ${kind}: ${sources.get(file)!.slice(start, end)} → ${text}`)
  else await measure(mutants)
}
