import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutated, type Mutant } from './mutants.ts'
import type { Outcome } from './report.ts'
import { runTest } from './run-test.ts'
import { testsFor } from './tests-for.ts'
import type { TreeCopy } from './tree-copy.ts'

interface Judging {
  /** The sources from which the mutants were made, by file. The tree may have changed since. */
  readonly sources: ReadonlyMap<string, string>
  /** Maximum number of test files per mutant. */
  readonly tests: number
  /** Collects the tests that fail without a mutation. */
  readonly redTests: Set<string>
  readonly signal: AbortSignal
}

/** Time limit of a test without a mutation. The machine may be busy. */
const longestMs = 300_000
const timeoutOf = (usualMs: number): number => 20_000 + usualMs * 4

const linesOf = (source: string, start: number, end: number): string => {
  const from = source.lastIndexOf('\n', start - 1) + 1
  const to = source.indexOf('\n', end)
  return source.slice(from, to < 0 ? undefined : to)
}

/** Judges mutants in order. The first run of a test, without a mutation, determines how long it may take. */
export async function* judge(
  copy: TreeCopy,
  mutants: readonly Mutant[],
  { sources, tests, redTests, signal }: Judging,
): AsyncGenerator<Outcome> {
  const usualMs = new Map<string, number>()
  for (const mutant of mutants) {
    const { file, start, end, text } = mutant
    const source = sources.get(file)!
    const inCopy = join(copy.folder, file)
    const all = testsFor(file)
    const nearest = all.slice(0, tests)
    const changed = mutated(source, mutant)
    const ran: string[] = []
    let judged: Outcome['end'] = 'no test'
    for (const test of nearest) {
      if (!usualMs.has(test)) {
        writeFileSync(inCopy, source)
        const { verdict, ms } = await runTest(copy, test, longestMs, signal)
        usualMs.set(test, ms)
        if (verdict !== 'passed') redTests.add(test)
      }
      if (redTests.has(test)) continue
      writeFileSync(inCopy, changed)
      let { verdict } = await runTest(copy, test, timeoutOf(usualMs.get(test)!), signal)
      if (verdict === 'timed out') {
        // The machine may be busier now: the test is timed again without the mutant, and gets another try.
        writeFileSync(inCopy, source)
        const { ms } = await runTest(copy, test, longestMs, signal)
        writeFileSync(inCopy, changed)
        ;({ verdict } = await runTest(copy, test, timeoutOf(Math.max(ms, usualMs.get(test)!)), signal))
      }
      ran.push(test)
      judged = verdict === 'passed' ? 'survived' : verdict === 'failed' ? 'killed' : verdict
      if (judged !== 'survived') break
    }
    writeFileSync(inCopy, source)
    yield {
      mutant,
      before: linesOf(source, start, end),
      after: linesOf(changed, start, start + text.length),
      end: judged,
      ran,
      notRun: all.length - nearest.length,
    }
  }
}
