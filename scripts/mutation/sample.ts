import { randomOf } from '../../src/sandbox/server/random.ts'
import type { Mutant } from './mutants.ts'

const shuffled = <T>(items: readonly T[], random: () => number): readonly T[] => {
  const all = [...items]
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1))
    ;[all[at], all[other]] = [all[other]!, all[at]!]
  }
  return all
}

/** Chooses `size` mutants, one per line before any second one of a line, because long conditions have many. */
export const sampleOf = (mutants: readonly Mutant[], size: number, seed: number): readonly Mutant[] => {
  const lines = new Set<string>()
  const [first, second]: [Mutant[], Mutant[]] = [[], []]
  for (const mutant of shuffled(mutants, randomOf(seed, 'mutation'))) {
    const line = `${mutant.file}:${mutant.line}`
    ;(lines.has(line) ? second : first).push(mutant)
    lines.add(line)
  }
  return [...first, ...second].slice(0, size)
}
