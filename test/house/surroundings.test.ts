import t from 'tap'
import ts from 'typescript'
import { sources, treeOf } from './source-files.ts'

/** What reads the surroundings of the process or the time, as `object.property`; `new Date()` is the present too. */
const reads: Readonly<Record<string, readonly string[]>> = {
  environment: [
    'process.env',
    'process.cwd',
    'process.platform',
    'os.homedir',
    'os.tmpdir',
    'os.platform',
    'os.userInfo',
  ],
  time: ['Date.now', 'performance.now', 'process.hrtime', 'process.uptime', 'new Date()'],
}

/** Names imported from `node:os` that do the same. */
const fromOs = ['homedir', 'tmpdir', 'platform', 'userInfo']

/** The places that may, each with its reason. */
const allowed: Readonly<Record<string, string>> = {
  'src/core/environment.ts: environment': 'this is where it is read',
  'src/core/clock.ts: time': 'this is where it is read',
  'src/web/clock.js: time': 'this is where the page reads it',
}

const found = new Map<string, number[]>()
const note = (file: string, what: string, node: ts.Node): void => {
  const line = treeOf(file).getLineAndCharacterOfPosition(node.getStart()).line + 1
  found.set(`${file}: ${what}`, [...(found.get(`${file}: ${what}`) ?? []), line])
}

for (const file of sources) {
  const visit = (node: ts.Node): void => {
    const text = ts.isPropertyAccessExpression(node)
      ? `${node.expression.getText()}.${node.name.text}`
      : ts.isNewExpression(node) && node.expression.getText() === 'Date' && !node.arguments?.length
        ? 'new Date()'
        : undefined
    for (const [what, names] of Object.entries(reads)) if (text && names.includes(text)) note(file, what, node)
    if (
      ts.isImportDeclaration(node) &&
      ts.isStringLiteral(node.moduleSpecifier) &&
      node.moduleSpecifier.text === 'node:os' &&
      node.importClause?.namedBindings &&
      ts.isNamedImports(node.importClause.namedBindings)
    )
      for (const { name } of node.importClause.namedBindings.elements)
        if (fromOs.includes(name.text)) note(file, 'environment', node)
    ts.forEachChild(node, visit)
  }
  visit(treeOf(file))
}

t.test('the environment and the time are read in one module each', async t => {
  const wrong = [...found].filter(([place]) => !(place in allowed))
  t.strictSame(
    wrong.map(([place, lines]) => `${place}, line ${lines.join(', ')}`),
    [],
  )
})

t.test('every exception is still needed', async t => {
  t.strictSame(
    Object.keys(allowed).filter(place => !found.has(place)),
    [],
  )
})
