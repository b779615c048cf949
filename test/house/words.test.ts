import { readdirSync } from 'node:fs'
import t from 'tap'
import ts from 'typescript'
import { filesIn, root, sources, textOf } from './source-files.ts'

/** Phrases that are not used, each with the words to use instead. */
const banned: readonly (readonly [phrase: RegExp, instead: string])[] = [
  [/\b(?:go|goes|going|gone|went) on (?:with|from)\b/i, 'resume, continue'],
  [/\bfor good\b/i, 'permanently, finally'],
  [/\bmend(?:s|ed|ing)?\b/i, 'correct, fix'],
  [/\b(?:take|takes|taking|took|taken) (?:something|anything|them) away\b/i, 'remove'],
  [/\bgoOn\b/, 'resume'],
  [/\b(?:is|are|was|were) begun with\b/i, 'start'],
  [/\b(?:come|comes|came|coming) to (?:its|their|an) end\b/i, 'end, finish'],
  [/\bthere (?:is|are) no such\b/i, '… does not exist, … was not found'],
  [/\b(?:take|takes|took|taking|get|gets) hold\b|\bhold of\b/i, 'acquire, lock'],
  [/\bwhat these ended\b/i, 'runs that ended this way'],
  [/\ball there is\b/i, 'complete, everything'],
  [/\bcut back\b/i, 'truncate'],
  [/\bvouch/i, 'confirm, verify, guarantee'],
  [/\bpass(?:ed|es)? over\b/i, 'ignore, skip'],
  [/\b(?:is|are|was|were) told\b/i, 'is reported'],
  [/\banew\b/i, 'again, new, re-'],
  [/\bwhoever\b/i, 'the process, the reader, the user that …'],
  [/\b(?:come|comes|came|coming) (?:again|twice|a second time)\b/i, 'is repeated'],
  [/\bbr(?:eaks?|oke|oken) off\b/i, 'is interrupted, is truncated'],
]

/** Second words for one idea, in code and documents, each with the word to use instead. */
const synonyms: readonly (readonly [word: RegExp, instead: string])[] = [
  [/\bpassedOver\b/, 'ignored'],
  [/\bRefuse\b/, 'Reject'],
  [
    /\brefused rows?\b|\brows? (?:is|are|was|were) refused\b|\brefuses? (?:a|the|this) row\b/i,
    'rejected: a row is rejected',
  ],
  [/\bparts? of (?:a|the|one) source\b|\bsource parts?\b/i, 'shard'],
  [/\bunder way\b/i, 'in progress, pending'],
]

interface Text {
  readonly line: number
  readonly text: string
}

const linesOf = (file: string): readonly Text[] =>
  textOf(file)
    .split('\n')
    .map((text, at) => ({ line: at + 1, text }))

/** The names of a file's tests. */
const titlesOf = (file: string): readonly Text[] => {
  const tree = ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ESNext, true)
  const found: Text[] = []
  const visit = (node: ts.Node): void => {
    const [title] = ts.isCallExpression(node) && /(?:^|\.)test$/.test(node.expression.getText()) ? node.arguments : []
    if (title)
      found.push({ line: tree.getLineAndCharacterOfPosition(title.getStart()).line + 1, text: title.getText() })
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return found
}

const found = (
  file: string,
  texts: readonly Text[],
  table: readonly (readonly [phrase: RegExp, instead: string])[],
): readonly string[] =>
  texts.flatMap(({ line, text }) =>
    table.flatMap(([phrase, instead]) => {
      const match = phrase.exec(text)
      return match ? [`${file}:${line}: "${match[0]}", use: ${instead}`] : []
    }),
  )

const pages = [
  ...readdirSync(root).filter(name => name.endsWith('.md')),
  ...filesIn('docs', '.md').filter(file => !file.startsWith('docs/api/')),
]

t.test('source, pipelines and documents use plain English, and one word for one idea', async t => {
  const files = [...sources, ...filesIn('pipelines', '.ts'), ...pages]
  t.strictSame(
    files.flatMap(file => found(file, linesOf(file), [...banned, ...synonyms])),
    [],
  )
})

t.test('test titles use plain English', async t => {
  t.strictSame(
    filesIn('test', '.ts').flatMap(file => found(file, titlesOf(file), banned)),
    [],
  )
})

t.test('every phrase of the tables is found where it occurs', async t => {
  const samples = [
    'It cannot be gone on with.',
    'It is gone for good.',
    'Mend the row.',
    'It takes something away.',
    'goOn()',
    'A run is begun with --fresh.',
    'It came to its end.',
    'There is no such run.',
    'It takes hold of the lock.',
    'What these ended is over.',
    'It is not all there is.',
    'The file is cut back.',
    'Nobody vouches for it.',
    'Blank lines are passed over.',
    'It is told as such.',
    'The file is loaded anew.',
    'Whoever reads it knows.',
    'A row that comes again is dropped.',
    'The run broke off.',
    'passedOver: []',
    'type Refuse = never',
    'The row is refused.',
    'A source part has a position.',
    'The run is under way.',
  ]
  const table = [...banned, ...synonyms]
  t.equal(samples.length, table.length)
  t.strictSame(
    samples.filter((sample, at) => !table[at]![0].test(sample)),
    [],
  )
})
