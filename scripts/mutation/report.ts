import type { Mutant } from './mutants.ts'

export interface Outcome {
  readonly mutant: Mutant
  /** The source lines that it changes. */
  readonly before: string
  readonly after: string
  readonly end: 'killed' | 'timed out' | 'survived' | 'no test'
  /** Tests that ran. If the mutant was noticed, the last one noticed it. */
  readonly ran: readonly string[]
  /** Number of further tests, which a higher `--tests` would run. */
  readonly notRun: number
}

const isNoticed = ({ end }: Outcome): boolean => end === 'killed' || end === 'timed out'

const share = (outcomes: readonly Outcome[]): string =>
  outcomes.length === 0 ? '–' : `${((outcomes.filter(isNoticed).length / outcomes.length) * 100).toFixed(0)} %`

/** "60 mutants: 54 killed, 1 timed out, 5 survived; 92 % noticed" */
export const summaryOf = (outcomes: readonly Outcome[]): string => {
  const ends = ['killed', 'timed out', 'survived', 'no test'] as const
  const counts = ends.map(end => [outcomes.filter(outcome => outcome.end === end).length, end] as const)
  const told = counts.filter(([count]) => count > 0).map(([count, end]) => `${count} ${end}`)
  return `${outcomes.length} mutants: ${told.join(', ')}; ${share(outcomes)} noticed`
}

const indented = (sign: string, text: string): string =>
  text
    .split('\n')
    .map(line => `${sign} ${line}`)
    .join('\n')

/** `file:line kind` and the change, as in a diff. */
export const shown = ({ mutant, before, after }: Outcome): string =>
  `${mutant.file}:${mutant.line} ${mutant.kind}\n${indented('-', before)}\n${indented('+', after)}`

/** The report as Markdown: the command, counts by file, and the survivors. */
export const reportOf = (asked: string, outcomes: readonly Outcome[], redTests: readonly string[]): string => {
  const files = [...new Set(outcomes.map(({ mutant }) => mutant.file))].sort()
  const rows = files.map(file => {
    const own = outcomes.filter(({ mutant }) => mutant.file === file)
    return `| ${file} | ${own.length} | ${own.filter(isNoticed).length} | ${share(own)} |`
  })
  const survivors = outcomes.filter(outcome => !isNoticed(outcome))
  const late = outcomes.filter(({ end }) => end === 'timed out')
  const told = survivors.map(outcome => {
    const more = outcome.notRun > 0 ? ` (${outcome.notRun} more were not run)` : ''
    return `\`\`\`diff\n${shown(outcome)}\n\`\`\`\n\n${outcome.ran.join(', ') || 'no test'}${more}\n`
  })
  return [
    '# Mutations',
    '',
    `\`${asked}\`: ${summaryOf(outcomes)}.`,
    '',
    ...(redTests.length === 0 ? [] : [`Skipped, because they fail without a mutation: ${redTests.join(', ')}.`, '']),
    '| file | mutants | noticed | share |',
    '|---|---:|---:|---:|',
    ...rows,
    '',
    '## Survived',
    '',
    ...told,
    ...(late.length === 0
      ? []
      : ['## Timed out', '', 'Each ran twice, for four times as long as the test takes without the mutant.', '']),
    ...late.map(outcome => `\`\`\`diff\n${shown(outcome)}\n\`\`\`\n\n${outcome.ran.at(-1)}\n`),
  ].join('\n')
}
