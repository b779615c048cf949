import { existsSync, readFileSync } from 'node:fs'
import t from 'tap'
import { folderOf, importsOf, sources, type Import } from './source-files.ts'

/** What the cells of a row name in backticks, without `src/`. */
const namesIn = (cell: string): readonly string[] => [...cell.matchAll(/`(?:src\/)?([^`]+)`/g)].map(([, name]) => name!)

const all = 'all of the above'
const table = readFileSync('ARCHITECTURE.md', 'utf8')
const rows = [...table.matchAll(/^\| (`src\/[^|]+) \| [^|]+ \| ?([^|]*) ?\|$/gm)].map(([, folders = '', may = '']) => ({
  folders: namesIn(folders),
  may: may.trim(),
}))

/** What a folder of `src` may import besides itself: the table of ARCHITECTURE.md. */
const layers = new Map(
  rows.flatMap(({ folders, may }, at) => {
    const allowed = may === all ? rows.slice(0, at + 1).flatMap(row => row.folders) : namesIn(may)
    return folders.map(folder => [folder, allowed] as const)
  }),
)

/** The folder of a file, or the file itself where it stands in none. */
const lineOf = (file: string): string => folderOf(file) || file.replace(/^src\//, '')
const edgeOf = ({ from, to }: Import): string => `${lineOf(from)} → ${lineOf(to)}`
const edges = sources.flatMap(importsOf).filter(({ to }) => !to.startsWith('node:'))
const ours = edges.filter(({ to }) => to.startsWith('src/'))

t.test('every folder of src, and every file beside them, has a line in the table', async t => {
  t.strictSame(
    sources.map(lineOf).filter(line => !layers.has(line)),
    [],
  )
})

t.test('imports go down the layers only', async t => {
  const wrong = ours
    .filter(({ from, to }) => lineOf(from) !== lineOf(to))
    .filter(({ from, to }) => !layers.get(lineOf(from))?.includes(lineOf(to)))
  t.strictSame(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  )
})

t.test('every folder and file of the table exists, and imports every other one that its row names', async t => {
  const used = new Set(ours.map(edgeOf))
  const named = rows.flatMap(({ folders, may }) => namesIn(may).map(to => `${folders[0]} → ${to}`))
  const unused = named.filter(edge => !used.has(edge))
  t.strictSame(
    { unused, missing: [...layers.keys()].filter(line => !existsSync(`src/${line}`)) },
    { unused: [], missing: [] },
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
