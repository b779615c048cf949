import t from 'tap'
import ts from 'typescript'
import { codes } from '../../src/core/errors.ts'
import { sources, textOf, treeOf } from './source-files.ts'

const table = 'src/core/errors.ts'

interface Documented {
  readonly exit: number
  readonly http: number
  readonly retryable: boolean
}

/** The rows of the tables of docs/errors.md. */
const documented = (): readonly (readonly [code: string, facts: Documented])[] =>
  [...textOf('docs/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \| (\d+) \| (yes|no) \| \S.*\S \|$/gm)].map(row => [
    row[1]!,
    { exit: Number(row[2]), http: Number(row[3]), retryable: row[4] === 'yes' },
  ])

/** Texts that stand in code, not in comments. */
const textsIn = (file: string): readonly string[] => {
  const texts: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) texts.push(node.text)
    ts.forEachChild(node, visit)
  }
  visit(treeOf(file))
  return texts
}

t.test(
  'docs/errors.md documents every code once, with its exit status, HTTP status and whether to try again',
  async t => {
    const rows = documented()
    t.equal(new Set(rows.map(([code]) => code)).size, rows.length, 'no code twice')
    t.strictSame(Object.fromEntries(rows), codes)
  },
)

t.test('every code is used somewhere in src', async t => {
  const used = new Set(sources.filter(file => file !== table).flatMap(textsIn))
  t.strictSame(
    Object.keys(codes).filter(code => !used.has(code)),
    [],
  )
})

t.test('every code that a docstring names is in the table', async t => {
  const named = sources.flatMap(file =>
    [...textOf(file).matchAll(/@throws[\s\S]*?(?=\*\/|\* @)/g)].flatMap(([text]) =>
      [...text.matchAll(/`([A-Z]+(?:_[A-Z]+)*)`/g)].map(([, code]) => `${file}: ${code}`),
    ),
  )
  t.not(named.length, 0)
  t.strictSame(
    named.filter(place => !(place.split(': ')[1]! in codes)),
    [],
  )
})
