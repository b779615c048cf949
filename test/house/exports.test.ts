import t from 'tap'
import ts from 'typescript'
import { exportsOf, filesIn, sources, treeOf } from './source-files.ts'

/** Files that are loaded by their name: they export their one thing as the default. */
const isCommand = (file: string): boolean => /^src\/(?:cli\/commands|catalogue\/built-in)\//.test(file)

const declared = sources.flatMap(exportsOf)

t.test('every export of src has a docstring', async t => {
  // A command's summary and description are its documentation.
  const missing = declared.filter(({ file, documented }) => !documented && !isCommand(file))
  t.strictSame(
    missing.map(({ file, name }) => `${file}: ${name}`),
    [],
  )
})

t.test('only files that are loaded by name have a default export, and they export nothing else', async t => {
  t.strictSame(
    declared
      .filter(({ name, file }) => (name === 'default') !== isCommand(file))
      .map(({ file, name }) => `${file}: ${name}`),
    [],
  )
})

t.test('every command and every pipeline has a default export', async t => {
  const loadedByName = [...sources.filter(isCommand), ...filesIn('pipelines', '.ts')]
  t.strictSame(
    loadedByName.filter(file => !exportsOf(file).some(({ name }) => name === 'default')),
    [],
  )
})

t.test("the only classes are errors: ours, those of the page, the end of a pipe, and the sandbox's reply", async t => {
  const classes = sources.flatMap(file => {
    const found: string[] = []
    const visit = (node: ts.Node): void => {
      if (ts.isClassLike(node))
        found.push(`${node.name?.text} extends ${node.heritageClauses?.[0]?.types[0]?.getText() ?? 'nothing'}`)
      ts.forEachChild(node, visit)
    }
    visit(treeOf(file))
    return found
  })
  t.strictSame(classes, [
    'DownstreamClosed extends Error',
    'EntrapipeError extends Error',
    'GraphFault extends Error',
    'CallError extends Error',
  ])
})
