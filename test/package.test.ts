import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { blocksOf, root } from './markdown.ts'

/** Where docs/pipelines.md writes parts. */
const partSections = [
  'Parts in a package',
  'Write a source',
  'Write a transform',
  'Write a sink',
  'Test them',
  'Use them',
]

/** Surroundings of a person who has this Node.js and npm, and whose shell is not inside a script of ours. */
const personal = (more: Readonly<Record<string, string>>): NodeJS.ProcessEnv => {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^(?:npm_(?:package|lifecycle|command|config_(?:local_)?prefix)|NODE_OPTIONS|INIT_CWD)/i.test(name),
  )
  const path = [dirname(process.execPath), process.env['PATH']].join(delimiter)
  return { ...Object.fromEntries(kept), PATH: path, npm_config_loglevel: 'error', ...more }
}

const called = async (cwd: string, command: readonly string[], more: Readonly<Record<string, string>> = {}) => {
  const [program, ...args] = command as readonly [string, ...string[]]
  const child = spawn(program, args, { cwd, env: personal(more), stdio: ['ignore', 'pipe', 'pipe'] })
  let [stdout, stderr] = ['', '']
  child.stdout.on('data', chunk => (stdout += String(chunk)))
  child.stderr.on('data', chunk => (stderr += String(chunk)))
  const [status] = (await once(child, 'close')) as [number]
  return { status, stdout, stderr }
}

/** What a command printed, where it ended well; a failure shows what it said. */
const well = (t: Test, { status, stdout, stderr }: Awaited<ReturnType<typeof called>>): string => {
  t.strictSame({ status, said: status === 0 ? '' : stderr }, { status: 0, said: '' })
  return stdout
}

const ownPipeline = `
import { pipeline, plan, text, type Fields } from 'entrapipe'
import { jsonl } from 'entrapipe/sinks/jsonl'
import { users } from 'entrapipe/sources/users'
import { map } from 'entrapipe/transforms/map'

export default pipeline({
  summary: 'Disabled people.',
  params: { to: text('where to') },
  make: ({ to }) =>
    plan({
      source: users({ select: ['id', 'accountEnabled'], filter: 'accountEnabled eq false' }),
      transforms: [map((user: Fields) => ({ enabled: user['accountEnabled'] }))],
      sink: jsonl({ to }),
      limit: 3,
    }),
})
`

interface Packed {
  readonly filename: string
  readonly files: readonly { readonly path: string }[]
}

t.test('the package, packed and installed in an empty folder, runs', async t => {
  // Outside the clone: below it Node would find what the package forgot to name in the clone's own node_modules.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'entrapipe-package-')))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const store = { ENTRAPIPE_STORE: join(folder, 'store') }
  const home = join(folder, 'home')
  mkdirSync(home)
  // What npx would start, without the npm that looks for it.
  const bin = join(home, 'node_modules', '.bin', 'entrapipe')
  const entrapipe = (...args: readonly string[]) => called(home, [bin, ...args], store)

  const packed = await called(root, ['npm', 'pack', '--json', '--pack-destination', folder])
  const listing = well(t, packed)
  const [{ filename, files }] = JSON.parse(listing.slice(listing.indexOf('[\n'))) as [Packed]

  t.test('it holds what is run and read, and no sources, tests or generated pages', async t => {
    const tops = new Set(files.map(({ path }) => path.split('/')[0]!))
    for (const top of ['README.md', 'CHANGELOG.md']) tops.delete(top)
    t.strictSame([...tops].sort(), ['LICENSE', 'bin', 'dist', 'docs', 'package.json'])
    t.strictSame(
      files.map(({ path }) => path).filter(path => /^docs\/api\/|\.test\.|(?<!\.d)\.ts$/.test(path)),
      [],
    )
  })

  const installed = await called(home, [
    'npm',
    'install',
    // Said outright: without it npm looks for a project in the folders above.
    '--prefix',
    home,
    '--prefer-offline',
    '--no-audit',
    '--no-fund',
    `../${filename}`,
  ])
  well(t, installed)

  t.test('--help lists the commands', async t => {
    const help = well(t, await called(home, ['npx', '--no-install', 'entrapipe', '--help'], store))
    for (const name of ['export', 'run', 'filter', 'verify', 'runs', 'tenants', 'permissions', 'sandbox'])
      t.match(help, new RegExp(`^  ${name} `, 'm'))
  })

  t.test('a shell that asks for completions gets them', async t => {
    t.match(well(t, await entrapipe('__complete', '--', 'exp')), /^export\t/m)
  })

  t.test('run lists the pipelines that come with it', async t => {
    const names = readdirSync(join(root, 'pipelines')).map(file => basename(file, '.ts'))
    t.match(well(t, await entrapipe('run')), `Pipelines: ${names.sort().join(', ')}.`)
  })

  t.test('export reads five users of the embedded sandbox', async t => {
    const rows = well(t, await entrapipe('export', 'users', '--tenant', 'sandbox', '--limit', '5'))
    const lines = rows.trimEnd().split('\n')
    t.equal(lines.length, 6)
    t.match(JSON.parse(lines.at(-1)!), { $end: { rows: 5, complete: true } })
  })

  t.test('a pipeline of a command runs by its name', async t => {
    well(t, await entrapipe('run', 'export groups', '--tenant', 'sandbox', '--to', 'groups.csv', '--quiet'))
    t.match(readFileSync(join(home, 'groups.csv'), 'utf8'), /^\w+(?:,\w+)+\n[^\n]+\n/)
  })

  t.test('each of them finds all that it needs', async t => {
    for (const name of readdirSync(join(root, 'pipelines')).map(file => basename(file, '.ts')))
      well(t, await entrapipe('run', name, '--help'))
    const feed = join(root, 'samples', 'hr-feed.csv')
    t.equal((await entrapipe('run', 'clean-hr-feed', '--from', feed, '--quiet')).status, 3)
  })

  writeFileSync(join(home, 'own.ts'), ownPipeline)

  t.test('a pipeline file of a person runs, without a package.json of its own kind', async t => {
    const ran = await entrapipe('run', './own.ts', '--tenant', 'sandbox', '--to', 'own.jsonl')
    well(t, ran)
    t.notMatch(ran.stderr, /Warning/)
    const lines = readFileSync(join(home, 'own.jsonl'), 'utf8').trimEnd().split('\n')
    t.strictSame(
      lines.map(line => JSON.parse(line)),
      [{ enabled: false }, { enabled: false }, { enabled: false }],
    )
  })

  // What the steps in the documentation install from the registry is there already.
  const types = join(home, 'node_modules', '@types')
  rmSync(types, { recursive: true, force: true })
  symlinkSync(join(root, 'node_modules', '@types'), types, 'junction')
  const tsc = [process.execPath, join(root, 'node_modules', 'typescript-7', 'bin', 'tsc')]

  t.test('and its types are those of the package', async t => {
    // The declarations themselves are checked with the parts below.
    const strict = [
      '--module',
      'nodenext',
      '--target',
      'es2024',
      '--strict',
      '--noEmit',
      '--types',
      'node',
      '--skipLibCheck',
    ]
    const { status, stdout } = await called(home, [...tsc, ...strict, '--listFiles', 'own.ts'])
    t.equal(status, 0, stdout)
    t.ok(stdout.split('\n').includes(join(home, 'node_modules', 'entrapipe', 'dist', 'index.d.ts')))
  })

  t.test('the parts that docs/pipelines.md writes in a package of their own', async t => {
    const parts = join(home, 'parts')
    mkdirSync(parts)
    writeFileSync(join(parts, 'package.json'), '{ "type": "module" }')
    const written = blocksOf('docs/pipelines.md')
      .filter(({ section }) => partSections.includes(section))
      .flatMap(({ text }) => {
        const [first = '', file] = /^\/\/ ([\w.-]+)\n/.exec(text) ?? []
        if (file) writeFileSync(join(parts, file), text.slice(first.length))
        return file ? [file] : []
      })
    t.strictSame(written, ['tsconfig.json', 'lines.ts', 'redact.ts', 'paragraphs.ts', 'parts.test.ts', 'names.ts'])
    const used = written.flatMap(file =>
      Array.from(readFileSync(join(parts, file), 'utf8').matchAll(/from '(entrapipe\/[\w/-]+)'/g), ([, name]) => name!),
    )
    t.ok(used.includes('entrapipe/parts') && used.includes('entrapipe/contracts'))

    t.test(
      'pass the compiler, strictly, and so do all declarations of the package that they and the pipeline use',
      async t => {
        writeFileSync(join(parts, 'own.ts'), ownPipeline)
        const { status, stdout } = await called(parts, tsc)
        t.strictSame([status, stdout], [0, ''])
      },
    )

    t.test('keep the contracts', async t => {
      const { status, stdout } = await called(parts, [process.execPath, '--test', '--test-reporter', 'tap'], store)
      t.equal(status, 0, stdout)
      t.match(stdout, /^# pass [1-9]\d+$/m)
      t.match(stdout, /^# fail 0$/m)
      // A rule of each role: those of sources, transforms and sinks were run.
      for (const rule of [
        'its shards have unique names',
        'a page without rows gives none',
        'rows are read back as written, in order',
      ])
        t.match(stdout, new RegExp(`^ok \\d+ - ${rule}$`, 'm'))
    })

    t.test('run in a pipeline, and a misspelt option ends it', async t => {
      writeFileSync(join(parts, 'names.txt'), 'ann\n\nbernard\n')
      const run = (...args: readonly string[]) =>
        called(parts, [bin, 'run', './names.ts', '--from', 'names.txt', ...args], store)
      well(t, await run('--to', 'out.txt.gz', '--quiet'))
      t.equal(gunzipSync(readFileSync(join(parts, 'out.txt.gz'))).toString(), '***\n\n*******\n\n')
      t.match(JSON.parse(readFileSync(join(parts, 'out.txt.gz.manifest.json'), 'utf8')), {
        completeness: 'complete',
        source: { kind: 'lines', from: 'names.txt' },
        files: [{ path: 'out.txt.gz', format: 'txt.gz', rows: 2, columns: ['line'] }],
      })
      const pipeline = readFileSync(join(parts, 'names.ts'), 'utf8')
      writeFileSync(join(parts, 'names.ts'), pipeline.replace('{ from }),', '{ form: from }),'))
      const { status, stderr } = await run()
      t.equal(status, 2)
      t.match(stderr, 'lines needs from: the path of a file, or - for stdin, got nothing')
    })
  })

  t.test('the sandbox that it started ends', async t => {
    well(t, await entrapipe('sandbox', 'stop'))
  })
})
