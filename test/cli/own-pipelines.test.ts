import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { started } from '../programs/started.ts'

/** An empty folder of a person, with these files in it; `type` is what its package.json says of its files. */
const folderOf = (t: Test, files: Readonly<Record<string, string>>, type?: string) => {
  const folder = t.testdir({ lib: {} })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'mine', ...(type ? { type } : {}) }))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return (...argv: readonly string[]) => started(folder, ...argv)
}

const words = `import { pipeline, plan } from 'entrapipe'
import { jsonl } from 'entrapipe/sinks/jsonl'
import { json } from 'entrapipe/sources/json'
import { map } from 'entrapipe/transforms/map'
import { pick } from 'entrapipe/transforms/pick'
`
const usual = { 'in.json': '[{"n":1},{"n":2}]' }

for (const type of ['commonjs', 'module', undefined])
  t.test(`a pipeline and a configuration run unchanged if package.json has type ${type}`, async t => {
    const run = folderOf(
      t,
      {
        ...usual,
        'first.ts': `${words}import { twice } from './lib/twice.ts'
export default pipeline({
  summary: 'Twice.',
  make: () => plan({ source: json({ from: 'in.json' }), transforms: [map(twice)], sink: jsonl({ to: '-' }) }),
})
`,
        'lib/twice.ts': `export const twice = (row: unknown) => ({ n: (row as { n: number }).n * 2 })\n`,
        'entrapipe.config.ts': `import { defineConfig } from 'entrapipe'
import { id } from './lib/id.ts'
export default defineConfig({ tenants: { contoso: { tenantId: id, clientId: id, credential: { kind: 'azure-cli' } } } })
`,
        'lib/id.ts': `export const id: string = '66666666-7777-8888-9999-000000000000'\n`,
      },
      type,
    )
    const ran = await run('run', './first.ts', '--quiet')
    t.strictSame([ran.status, ran.stderr], [0, ''])
    t.match(ran.stdout, /^\{"n":2\}\n\{"n":4\}\n/)
    const listed = await run('tenants', 'list')
    t.strictSame([listed.status, /warning/i.test(listed.stderr)], [0, false], listed.stderr)
    t.match(listed.stdout + listed.stderr, /contoso/)
  })

t.test('a pipeline that cannot be loaded is reported with its line and a fix', async t => {
  const files = {
    'syntax.ts': `export const a: number = 1\n\nexport default { a: [1, }\n`,
    'unknown.ts': `${words}undefinedFunction()\n`,
    'enum.ts': `export const a = 1\nenum Color { red }\nexport default Color\n`,
    'package.ts': `import { z } from 'no-such-package'\nexport default z\n`,
    'ending.ts': `import { a } from './enum.js'\nexport default a\n`,
    'part.ts': `import { nope } from 'entrapipe/transforms/nope'\nexport default nope\n`,
    'role.ts': `import { csv } from 'entrapipe/source/csv'\nexport default csv\n`,
    'name.ts': `import { csw } from 'entrapipe/sources/csv'\nexport default csw\n`,
  }
  const run = folderOf(t, files, 'commonjs')
  for (const [file, says] of [
    ['syntax.ts', / cannot be loaded: Expression expected \(syntax\.ts:3\)\.\n$/],
    ['unknown.ts', / cannot be loaded: undefinedFunction is not defined \(unknown\.ts:6\)\.\n$/],
    ['enum.ts', / cannot be loaded: TypeScript enum is not supported [^\n]+\(enum\.ts:2\)\.\n$/],
    ['package.ts', /Cannot find package 'no-such-package'\. Install it \(`npm install no-such-package` in \/[^\n]+\n$/],
    ['ending.ts', /File \S+enum\.js not found, imported by ending\.ts; did you mean enum\.ts\?\n$/],
    [
      'part.ts',
      /The transform entrapipe\/transforms\/nope was not found\. Available: convert, dedupe, [^\n]+, validate\.\n$/,
    ],
    ['role.ts', /entrapipe\/source\/csv was not found\. Import parts from entrapipe\/sources\//],
    ['name.ts', /does not provide an export named 'csw' \(name\.ts:1\)\.\n$/],
  ] as const) {
    const { status, stderr } = await run('run', `./${file}`)
    t.equal(status, 2, file)
    t.match(stderr, /^entrapipe: The pipeline [^\n]+\n$/, `${file}: one line`)
    t.match(stderr, says, file)
  }
})

t.test('a configuration that throws is reported with its line', async t => {
  const run = folderOf(
    t,
    { 'entrapipe.config.ts': `import 'entrapipe'\n\nthrow new Error('no network')\n` },
    'commonjs',
  )
  const { status, stderr } = await run('tenants', 'list')
  t.equal(status, 2)
  t.match(stderr, /^entrapipe: \S+entrapipe\.config\.ts cannot be loaded: no network \(entrapipe\.config\.ts:3\)\.\n$/)
})

const pipelineOf = (parts: string): string =>
  `${words}const boom = (): never => { throw new TypeError('boom') }
const writer = { write: async () => {}, checkpoint: async (cut: number) => ({ mark: {}, cut }), finish: async () => [], close: async () => {} }
const parts: any = { source: json({ from: 'in.json' }), sink: jsonl({ to: '-' }), transforms: [] }
export default pipeline({ summary: 'Mine.', make: () => plan({ ...parts,
${parts}
}) })
`

t.test('an error in a custom part is reported with the part, the file and the line', async t => {
  const rows = (given: string) => `source: { kind: 'mine', async *read() { yield { rows: ${given} } } },`
  const sink = (more: string) => `sink: { kind: 'drain', open: async () => ({ ...writer, ${more} }) },`
  for (const [name, parts, status, says] of [
    ['make', '...boom(),', 2, /own\.ts makes no plan: boom \(own\.ts:6\)\./],
    [
      'read',
      `source: { kind: 'mine',\n async *read() { boom() } },`,
      1,
      /The source mine .* failed: boom \(own\.ts:6\)/,
    ],
    ['count', `source: { ...parts.source,\n count: async () => boom() },`, 1, /The source json .*boom \(own\.ts:6\)/],
    ['describe', `source: { ...parts.source,\n describe: boom },`, 1, /The source json .*boom \(own\.ts:6\)/],
    ['check', `transforms: [{ kind: 'its', check: boom, open() {} }],`, 1, /The transform its .*boom \(own\.ts:6\)/],
    [
      'a page',
      `transforms: [{ kind: 'its', open: () => ({ page: boom }) }],`,
      1,
      /The transform its .*boom \(own\.ts:6\)/,
    ],
    ['open', `sink: { kind: 'drain', open: boom },`, 1, /The sink drain .* failed: boom \(own\.ts:6\)/],
    ['write', sink('write: async () => boom()'), 1, /The sink drain .* failed: boom \(own\.ts:6\)/],
    ['finish', sink('finish: boom'), 1, /The sink drain .* failed: boom \(own\.ts:6\)/],
    [
      'a text thrown',
      `source: { kind: 'mine', async *read() { throw 'no luck' } },`,
      1,
      /The source mine .*: no luck\./,
    ],
    ['no async', `source: { kind: 'mine', *read() {} },`, 2, /The source mine returns no pages: .* async \*read\(\)/],
    ['no rows', rows('undefined'), 2, /Expected the source mine to return a list of rows, got undefined\./],
    [
      'no row',
      rows('[{ key: 1, value: 1 }, 5]'),
      2,
      /Expected the source mine to return a row \{ key, value \} .*, got a number\./,
    ],
    [
      'no key',
      rows('[{ a: 1 }]'),
      2,
      /Expected the source mine to return a row \{ key, value \} .*, got an object with a\./,
    ],
    [
      'a step',
      `transforms: [{ kind: 'its', open: () => () => undefined }],`,
      2,
      /Expected the transform its to return .*, got undefined/,
    ],
    [
      'a step with values',
      `transforms: [{ kind: 'its', open: () => row => [[row], [row]] }],`,
      2,
      /Expected the transform its to return a row .*, got a list\. .*use map for one value, or flatMap for a list of values/,
    ],
    [
      'a function',
      `transforms: [(row: any) => [row, row]],`,
      2,
      /Expected the transform of the plan to be a part .*, got function\. Wrap the function: map\(…\) for one value, flatMap\(…\)/,
    ],
    ['no list', 'transforms: map(row => row),', 2, /Expected transforms of the plan to be a list, got object/],
    [
      'csv({ form })',
      `source: json({ form: 'in.json' }),`,
      2,
      /json needs from: .*, got nothing \(own\.ts:10\)\. .*Did you mean from\?/,
    ],
    [
      'pick([…])',
      `transforms: [pick(['a', 'b'])],`,
      2,
      /pick needs column names, such as pick\('id', 'mail'\), got a list/,
    ],
  ] as const) {
    const run = folderOf(t, { ...usual, 'own.ts': pipelineOf(parts) }, 'commonjs')
    const ran = await run('run', './own.ts', '--quiet')
    t.equal(ran.status, status, `${name}: ${ran.stderr}`)
    t.match(ran.stderr, /^entrapipe: [^\n]+\n$/, `${name}: one sentence, no stack`)
    t.match(ran.stderr, says, name)
    t.notMatch(ran.stderr, /bug in entrapipe/, name)
  }
})

t.test('a failed row names the line of the pipeline', async t => {
  const parts = 'transforms: [map((row: any) =>\n row.nope.length)],\n sink: jsonl({ to: "out.jsonl" }),'
  const run = folderOf(t, { ...usual, 'own.ts': pipelineOf(parts) }, 'commonjs')
  const { status, stderr } = await run('run', './own.ts')
  t.equal(status, 3, stderr)
  const [, id] = /runs results (\S+)/.exec(stderr) ?? []
  const [first] = (await run('runs', 'results', id!)).stdout.split('\n')
  t.match(JSON.parse(first!), {
    code: 'STEP_FAILED',
    message: "TypeError: Cannot read properties of undefined (reading 'length') at own.ts:11",
  })
})

t.test('a part without its method is refused with its role, the near name, and the pipeline file', async t => {
  const run = folderOf(t, {
    'odd.ts': `${words}export default pipeline({
  summary: 'Odd.',
  make: () => plan({ source: { kind: 'odd', reed: () => [] } as never, sink: jsonl({ to: '-' }) }),
})
`,
  })
  const { status, stderr } = await run('run', './odd.ts')
  t.equal(status, 2)
  t.match(
    stderr,
    /The pipeline \S+odd\.ts is invalid: The source odd of the plan has no method read\. It has reed: rename it to read\.\n$/,
  )
})

t.test('filter writes the columns of --columns, which adds up, and refuses one that no row has', async t => {
  const run = folderOf(t, { 'mixed.json': '[{"id":1,"a":1},{"id":2,"b":"x"},{"id":3}]' })
  const filter = ['filter', 'id ge 1', '--from', 'mixed.json', '--format', 'csv', '--columns']
  const { status, stdout } = await run(...filter, 'b,id', '--columns', 'a')
  t.strictSame([status, stdout], [0, 'b,id,a\n,1,1\nx,2,\n,3,\n'])
  const wrong = await run(...filter, 'id,bb')
  t.equal(wrong.status, 2)
  t.match(wrong.stderr, /^entrapipe: --columns names the column bb, which no row had\./)
})
