import { readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, sep } from 'node:path'
import t from 'tap'
import ts from 'typescript'
import { root, sources, textOf, treeOf } from './source-files.ts'

const generated = new Set([
  'node_modules',
  'test/servers/node_modules',
  'dist',
  'out',
  'coverage',
  '.git',
  '.tap',
  'docs/api',
])

/** Every file of the tree that is written by hand. */
const written = (folder = ''): readonly string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name).split(sep).join('/')
    if (generated.has(path) || entry.name.endsWith('.tgz')) return []
    return entry.isDirectory() ? written(path) : entry.isFile() ? [path] : []
  })

const files = written()
const linesOf = (file: string): readonly string[] => textOf(file).split('\n')
const placesWith = (needles: readonly string[], among = files): readonly string[] =>
  among.flatMap(file =>
    linesOf(file).flatMap((line, at) => (needles.some(needle => line.includes(needle)) ? [`${file}:${at + 1}`] : [])),
  )

/** Folders that every machine has: a clone may well lie in one. */
const anywhere = ['/', '/tmp/', '/home/', '/Users/', '/opt/', '/srv/', '/src/', '/app/', '/builds/']

t.test('no file names a path of the machine it was written on', async t => {
  const here = root.endsWith(sep) ? root.slice(0, -1) : root
  const paths = [here, `${dirname(here)}/`, `${homedir()}/`].filter(path => !anywhere.includes(path))
  t.strictSame(placesWith(paths), [])
})

t.test('no file names a host of a package registry', async t => {
  const configured = process.env['npm_config_registry']
  const host = configured === undefined ? [] : [new URL(configured).host]
  const pattern = new RegExp(['regis', 'try\\.[a-z0-9-]+\\.[a-z]{2,}'].join(''), 'i')
  const wrong = files.flatMap(file =>
    linesOf(file).flatMap((line, at) =>
      pattern.test(line) || host.some(name => line.includes(name)) ? [`${file}:${at + 1}`] : [],
    ),
  )
  t.strictSame(wrong, [])
})

t.test('lock files list what is installed, without addresses', async t => {
  t.strictSame(placesWith(['"resolved"'], ['package-lock.json', 'test/servers/package-lock.json']), [])
})

t.test('every dependency is one exact version from the registry', async t => {
  const kinds = ['dependencies', 'optionalDependencies', 'devDependencies', 'peerDependencies']
  const manifests = ['package.json', 'test/servers/package.json'].map(
    file => JSON.parse(textOf(file)) as Record<string, Record<string, string> | undefined>,
  )
  t.strictSame(
    manifests
      .flatMap(manifest => kinds.flatMap(kind => Object.entries(manifest[kind] ?? {})))
      .filter(([, version]) => !/^(?:npm:[\w@/-]+@)?\d+\.\d+\.\d+(?:-r\.\d+)?$/.test(version)),
    [],
  )
})

t.test('servers listen on this machine only, unless another address is set', async t => {
  const wrong: string[] = []
  const scripts = files.filter(
    file => /^(?:src|test|bench|scripts)\/.*\.ts$/.test(file) && file !== 'test/house/tree.test.ts',
  )
  for (const file of scripts) {
    const place = (node: ts.Node): string =>
      `${file}:${treeOf(file).getLineAndCharacterOfPosition(node.getStart()).line + 1}`
    const visit = (node: ts.Node): void => {
      if (ts.isStringLiteralLike(node) && (node.text === '0.0.0.0' || node.text === '::')) wrong.push(place(node))
      if (
        ts.isCallExpression(node) &&
        ts.isPropertyAccessExpression(node.expression) &&
        node.expression.name.text === 'listen' &&
        !/127\.0\.0\.1|localhost|\bhost\b/.test(node.arguments.map(argument => argument.getText()).join())
      )
        wrong.push(place(node))
      ts.forEachChild(node, visit)
    }
    visit(treeOf(file))
  }
  t.strictSame(wrong, [])
})

t.test('no source file is longer than 300 lines', async t => {
  t.strictSame(
    sources.map(file => [file, linesOf(file).length - 1] as const).filter(([, lines]) => lines > 300),
    [],
  )
})

t.test('file names are in kebab-case and describe their content', async t => {
  const vague = /^(?:utils?|helpers?|common|misc|managers?|base|shared)$/
  t.strictSame(
    sources.filter(file =>
      file
        .replace(/(?:\.d)?\.(?:ts|js)$/, '')
        .split('/')
        .some(word => !/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(word) || vague.test(word)),
    ),
    [],
  )
})
