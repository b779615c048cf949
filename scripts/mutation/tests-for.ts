import { existsSync } from 'node:fs'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import ts from 'typescript'
import { filesIn, importsOf, root, treeOf } from '../../test/house/source-files.ts'

/** Files that are loaded from a folder, without an import. */
const byFolder: { readonly [file: string]: () => readonly string[] } = {
  'bin/entrapipe.js': () => ['src/cli/main.ts'],
  'src/cli/main.ts': () => filesIn('src/cli/commands', '.ts'),
}

/** Files that are named in a string, as in `new URL('./child.ts', import.meta.url)`. They run in another process. */
const namedIn = (file: string): readonly string[] => {
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return
    if (ts.isStringLiteralLike(node) && /^\.{1,2}\/.*\.[jt]s$/.test(node.text)) {
      const path = resolve(root, dirname(file), node.text)
      if (existsSync(path)) found.push(relative(root, path).split(sep).join('/'))
    }
    ts.forEachChild(node, visit)
  }
  visit(treeOf(file))
  return found
}

const known = new Map<string, readonly string[]>()
const loadedBy = (file: string): readonly string[] => {
  const before = known.get(file)
  if (before) return before
  const imported = importsOf(file).filter(({ typeOnly, to }) => !typeOnly && /\.[jt]s$/.test(to))
  const all = [...imported.map(({ to }) => to), ...namedIn(file), ...(byFolder[file]?.() ?? [])]
  const there = [...new Set(all)].filter(path => existsSync(join(root, path)))
  known.set(file, there)
  return there
}

/** Number of imports between a test and each file that it loads. */
const distancesFrom = (test: string): ReadonlyMap<string, number> => {
  const distances = new Map([[test, 0]])
  for (const [file, distance] of distances)
    for (const next of loadedBy(file)) if (!distances.has(next)) distances.set(next, distance + 1)
  return distances
}

/** Without house tests: a mutation does not break house rules. */
const tests = filesIn('test', '.test.ts').filter(test => !test.startsWith('test/house/'))
let distances: ReadonlyMap<string, ReadonlyMap<string, number>> | undefined

const firstWord = (path: string): string => /^[a-z0-9]+/i.exec(basename(path))?.[0] ?? ''
const areaOf = (path: string): string | undefined => path.split('/')[1]

/** Distance of a test from a source, in imports. A test in another folder counts as farther, one of the same name as nearer. */
const farness = (source: string, test: string, distance: number): number => {
  const mirror = source.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts')
  if (mirror === test) return -1
  const folder = dirname(mirror) === dirname(test) ? 0 : areaOf(mirror) === areaOf(test) ? 1 : 2
  const name = firstWord(mirror) === firstWord(test) ? 3 : 0
  return Math.max(0, distance + folder - name)
}

/** The tests that load a source, nearest first. */
export const testsFor = (source: string): readonly string[] => {
  distances ??= new Map(tests.map(test => [test, distancesFrom(test)]))
  const ranked = tests.flatMap(test => {
    const distance = distances!.get(test)!.get(source)
    return distance === undefined ? [] : [{ test, far: farness(source, test, distance) }]
  })
  return ranked.sort((a, b) => a.far - b.far || (a.test < b.test ? -1 : 1)).map(({ test }) => test)
}
