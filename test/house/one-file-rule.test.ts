import t from 'tap'
import { filesIn, folderOf, importsOf, sources, textOf } from './source-files.ts'

const roles = ['sources', 'transforms', 'operations', 'sinks']

/** A part is a file that stands directly in the folder of its role. */
const isPart = (file: string): boolean => /^src\/(?:sources|transforms|operations|sinks)\/[\w-]+\.ts$/.test(file)

interface Manifest {
  readonly exports: Readonly<Record<string, unknown>>
}

t.test('package.json exports parts by pattern, so that it names none', async t => {
  const { exports } = JSON.parse(textOf('package.json')) as Manifest
  const there = roles.filter(role => filesIn('src', '.ts').some(file => file.startsWith(`src/${role}/`)))
  t.strictSame(
    Object.keys(exports).sort(),
    [
      ...[
        '.',
        './contracts',
        './hr',
        './manifest-set.schema.json',
        './manifest.schema.json',
        './package.json',
        './parts',
      ],
      ...there.map(role => `./${role}/*`),
    ].sort(),
  )
  for (const role of there)
    t.strictSame(exports[`./${role}/*`], {
      'entrapipe-source': `./src/${role}/*.ts`,
      types: `./dist/${role}/*.d.ts`,
      default: `./dist/${role}/*.js`,
    })
})

t.test('src/index.ts exports no part', async t => {
  t.strictSame(
    importsOf('src/index.ts').filter(({ to }) => roles.includes(folderOf(to))),
    [],
  )
})

t.test('only the catalogue, the command line, and parts made of other parts import a part', async t => {
  const wrong = sources
    .flatMap(importsOf)
    .filter(({ from, to }) => isPart(to) && !['catalogue', 'cli', ...roles].includes(folderOf(from)))
    // The sink that others are made of.
    .filter(({ from, to }) => !(from === 'src/parts.ts' && to === 'src/sinks/text-sink.ts'))
  t.strictSame(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  )
})

t.test('no file imports a command, or its pipelines: they are found in their folder', async t => {
  const wrong = sources.flatMap(importsOf).filter(({ to }) => /^src\/(?:cli\/commands|catalogue\/built-in)\//.test(to))
  t.strictSame(
    wrong.map(({ from, to }) => `${from} imports ${to}`),
    [],
  )
})

/**
 * Parts that work only with the records of a run: runs that change a directory check them (test/engine/changes, test/cli/runs, and
 * test/sinks/bulk-upload.test.ts).
 */
const ofTheEngine = [
  ...['src/sinks/graph.ts', 'src/sinks/bulk-upload.ts'],
  ...['src/sources/plan.ts', 'src/sources/undo.ts', 'src/sources/due.ts'],
]

t.test('every part is imported by a test of its role that checks the contract of the role', async t => {
  const checking = roles.flatMap(role =>
    filesIn('test', '.test.ts').filter(
      file => file.startsWith(`test/${role}/`) && textOf(file).includes(`${role.slice(0, -1)}Contract(`),
    ),
  )
  const tested = new Set(checking.flatMap(importsOf).map(({ to }) => to))
  t.strictSame(
    sources.filter(isPart).filter(file => !tested.has(file) && !ofTheEngine.includes(file)),
    [],
  )
})

t.test('every place is imported by a test that checks the contract of a place', async t => {
  const checking = filesIn('test/places', '.test.ts').filter(file => textOf(file).includes('placeContract('))
  const tested = new Set(checking.flatMap(importsOf).map(({ to }) => to))
  const places = sources.filter(file => /^src\/places\/[\w-]+-place\.ts$/.test(file))
  t.ok(places.length > 0)
  t.strictSame(
    places.filter(file => !tested.has(file)),
    [],
  )
})
