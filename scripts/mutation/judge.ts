import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { mutated, type Mutant } from './mutants.ts'
import type { Outcome } from './report.ts'
import { runTest } from './run-test.ts'
import { testsFor } from './tests-for.ts'
import type { TreeCopy } from './tree-copy.ts'

interface Judging {
  /** The sources that the mutants were made from, by file. The tree may change meanwhile. */
  readonly sources: ReadonlyMap<string, string>
  /** At most so many test files a mutant. */
  readonly tests: number
  /** Gets those that fail without a mutation. */
  readonly redTests: Set<string>
  readonly signal: AbortSignal
}

/** For a test without a mutation: a machine may be busy. */
const longestMs = 300_000
const timeoutOf = (usualMs: number): number => 20_000 + usualMs * 4

const linesOf = (source: string, start: number, end: number): string => {
  const from = source.lastIndexOf('\n', start - 1) + 1
  const to = source.indexOf('\n', end)
  return source.slice(from, to < 0 ? undefined : to)
}

/** Judges one mutant after another, in their order. The first run of a test, without a mutation, says how long it may take. */
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
        // The machine may just be busier than it was: what the test takes now, without the mutant, gives it another try.
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
