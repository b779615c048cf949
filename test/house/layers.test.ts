import t from 'tap'
import { folderOf, importsOf, sources, type Import } from './source-files.ts'

const basis = ['core', 'data']
const middle = ['formats', 'places', 'graph', 'odata', 'store', 'licensing', 'tenants', 'people']
const roles = ['sources', 'transforms', 'operations', 'sinks']

/** What a folder of `src` may import besides itself: the table of ARCHITECTURE.md. */
const layers: Readonly<Record<string, readonly string[]>> = {
  core: [],
  data: ['core'],
  ...Object.fromEntries(middle.map(folder => [folder, basis])),
  ...Object.fromEntries(roles.map(folder => [folder, [...basis, ...middle]])),
  hr: [...basis, ...middle, 'operations'],
  engine: ['core', 'store', 'graph'],
  contracts: ['core', 'store', 'engine'],
  sandbox: ['core', 'data', 'odata'],
  catalogue: [...basis, ...middle, ...roles, 'engine', 'hr'],
  cli: [...basis, ...middle, ...roles, 'engine', 'sandbox', 'catalogue', 'hr'],
  'index.ts': ['core', 'engine', 'tenants'],
  'parts.ts': [...basis, ...middle, ...roles],
}

/** Edges that the table has not, each with its reason. An entry that no import needs fails the test. */
const exceptions: Readonly<Record<string, string>> = {
  'tenants → graph': 'a tenant of the configuration is opened as a Graph client',
}

/** The folder of a file, or the file itself where it stands in none. */
const lineOf = (file: string): string => folderOf(file) || file.replace(/^src\//, '')
const edgeOf = ({ from, to }: Import): string => `${lineOf(from)} → ${lineOf(to)}`
const edges = sources.flatMap(importsOf).filter(({ to }) => !to.startsWith('node:'))
const ours = edges.filter(({ to }) => to.startsWith('src/'))

t.test('every folder of src, and every file beside them, has a line in the table', async t => {
  t.strictSame(
    sources.map(lineOf).filter(line => !(line in layers)),
    [],
  )
})

t.test('imports go down the layers only', async t => {
  const wrong = ours
    .filter(({ from, to }) => lineOf(from) !== lineOf(to))
    .filter(({ from, to }) => !layers[lineOf(from)]?.includes(lineOf(to)))
    .filter(edge => !(edgeOf(edge) in exceptions))
  t.strictSame(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  )
})

t.test('every exception is still needed', async t => {
  const used = new Set(ours.map(edgeOf))
  t.strictSame(
    Object.keys(exceptions).filter(edge => !used.has(edge)),
    [],
  )
})

t.test('nothing in src imports the command line, the pipelines, the tests or the bench', async t => {
  const wrong = edges.filter(
    ({ from, to }) =>
      /^(?:pipelines|test|bench|scripts)\//.test(to) || (folderOf(from) !== 'cli' && folderOf(to) === 'cli'),
  )
  t.strictSame(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  )
})

t.test('nothing in src imports entrapipe by its own name', async t => {
  t.strictSame(
    edges.filter(({ to }) => to === 'entrapipe').map(({ from }) => from),
    [],
  )
})

t.test('no file imports itself through others, not even for types', async t => {
  const imports = Map.groupBy(ours, ({ from }) => from)
  const circles = new Set<string>()
  const over = new Set<string>()
  const follow = (file: string, way: readonly string[]): void => {
    if (way.includes(file)) circles.add([...way.slice(way.indexOf(file)), file].join(' → '))
    if (way.includes(file) || over.has(file)) return
    for (const { to } of imports.get(file) ?? []) follow(to, [...way, file])
    over.add(file)
  }
  for (const { from } of ours) follow(from, [])
  t.strictSame([...circles], [])
})
