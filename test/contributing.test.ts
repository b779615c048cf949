import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import t from 'tap'
import { blocksOf, linksOf, root, textOf } from './markdown.ts'

interface Ran {
  readonly status: number | null
  readonly output: string
}

/** A clone of the project in a folder, without what is only needed elsewhere. */
const clone = (folder: string) => {
  for (const name of [
    'src',
    'test',
    'bin',
    'pipelines',
    'package.json',
    'tsconfig.json',
    'eslint.config.js',
    '.prettierrc.json',
  ])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction')
  const node = async (...args: readonly string[]): Promise<Ran> => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        ENTRAPIPE_STORE: join(folder, 'store'),
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    const [status] = (await once(child, 'close')) as [number | null]
    return { status, output }
  }
  return {
    node,
    /** A program of a package. */
    program: (path: string, ...args: readonly string[]): Promise<Ran> => node(join('node_modules', path), ...args),
    test: (file: string): Promise<Ran> => node('--no-warnings', '--conditions=entrapipe-source', file),
    read: (file: string): string => readFileSync(join(folder, file), 'utf8'),
    write(file: string, text: string): void {
      mkdirSync(dirname(join(folder, file)), { recursive: true })
      writeFileSync(join(folder, file), text)
    },
  }
}

/** The first line of a block says which file it is: a new one, or one that it is added to. */
const place = /^\/\/ ([\w./-]+)(, at the end of \w+)?\n/

const written = (document: string, { read, write }: ReturnType<typeof clone>): readonly string[] => {
  const files: string[] = []
  for (const { language, text } of blocksOf(document)) {
    if (language !== 'ts') continue
    const [first = '', file = '', atTheEnd] = place.exec(text) ?? []
    const code = text.slice(first.length)
    if (atTheEnd) write(file, read(file).replace(/\]\n$/, `${code}]\n`))
    else write(file, code)
    files.push(file)
  }
  return files
}

/** Says which of the files the compiler, the linter or prettier finds fault with, and with what. */
const faults = async (files: readonly string[], { program, write }: ReturnType<typeof clone>) => {
  write('tsconfig.new.json', JSON.stringify({ extends: './tsconfig.json', include: [], files }))
  const typed = await program('typescript-7/bin/tsc', '--noEmit', '-p', 'tsconfig.new.json')
  const linted = await program('eslint/bin/eslint.js', ...files)
  const formatted = await program('prettier/bin/prettier.cjs', '--check', ...files)
  return [
    ...typed.output.split('\n').filter(line => files.some(file => line.startsWith(`${file}(`))),
    ...(linted.status === 0 ? [] : [linted.output]),
    ...(formatted.status === 0 ? [] : [formatted.output]),
  ]
}

/** What the tests of the house say about the files. */
const broken = async (files: readonly string[], { test }: ReturnType<typeof clone>) => {
  const lines: string[] = []
  for (const rule of ['test/house/layers.test.ts', 'test/house/one-file-rule.test.ts', 'test/house/start-up.test.ts'])
    lines.push(...(await test(rule)).output.split('\n').filter(line => files.some(file => line.includes(file))))
  return lines
}

// One clone for all documents, and one look of the compiler, the linter, prettier and the house's tests at what they add.
const project = clone(t.testdir({}))
const added: string[] = []

t.test(
  'the steps of CONTRIBUTING.md give a source and an operation that pass their contracts and are used',
  async t => {
    const files = written('CONTRIBUTING.md', project)
    added.push(...files)
    t.strictSame(files, [
      'src/sources/lines.ts',
      'test/sources/lines.test.ts',
      'pipelines/names-once.ts',
      'src/operations/rename-group.ts',
      'test/operations/rename-group.test.ts',
    ])
    const steps: Readonly<Record<string, () => Promise<void>>> = {
      'npx tap test/sources/lines.test.ts': async () => {
        const { status, output } = await project.test('test/sources/lines.test.ts')
        t.equal(status, 0, 'its test passes', { output })
      },
      // Done below, once for all documents.
      'npm run types': async () => undefined,
      'npm run lint': async () => undefined,
      'npx entrapipe run names-once --from names.txt': async () => {
        project.write('names.txt', 'ann@contoso.com\nbob@contoso.com\n\nANN@contoso.com\n')
        const { status, output } = await project.node('bin/entrapipe.js', 'run', 'names-once', '--from', 'names.txt')
        t.equal(status, 0, 'the pipeline ends well', { output })
        t.equal(project.read('out/names.csv'), 'userPrincipalName\nann@contoso.com\nbob@contoso.com\n')
        const manifest = JSON.parse(project.read('out/names.csv.manifest.json')) as object
        t.match(manifest, { source: { kind: 'lines', from: 'names.txt' }, completeness: 'complete' })
      },
      'npx tap test/operations/rename-group.test.ts': async () => {
        const { status, output } = await project.test('test/operations/rename-group.test.ts')
        t.equal(status, 0, 'its test passes', { output })
      },
      'npx entrapipe template groups rename': async () => {
        const { output } = await project.node('bin/entrapipe.js', 'template', 'groups', 'rename')
        t.equal(output.split('\n')[0], 'id,displayName', 'the new operation is found')
      },
    }
    const commands = blocksOf('CONTRIBUTING.md').flatMap(({ language, text }) =>
      language === 'sh' ? text.trimEnd().split('\n') : [],
    )
    t.strictSame(commands, Object.keys(steps))
    for (const command of commands) await steps[command]?.()
  },
)

t.test('what ARCHITECTURE.md says of a transform, a sink, a command and a preset works as it stands', async t => {
  const files = written('ARCHITECTURE.md', project)
  added.push(...files.filter(file => file !== 'src/data/presets/users.ts'))
  t.strictSame(files, [
    'src/transforms/redact.ts',
    'test/transforms/redact.test.ts',
    'src/sinks/lines.ts',
    'test/sinks/lines.test.ts',
    'src/cli/commands/presets.ts',
    'src/data/presets/users.ts',
  ])
  for (const file of files.filter(file => file.endsWith('.test.ts'))) {
    const { status, output } = await project.test(file)
    t.equal(status, 0, file, { output })
  }
  const { status, output } = await project.node('bin/entrapipe.js', 'presets')
  t.equal(status, 0, 'the new command is found', { output })
  t.match(output, /^users {2}phone-book {2}3 columns$/m, 'and lists the new preset')
})

t.test('what they add breaks no rule of the house', async t => {
  t.equal(added.length, 10)
  t.strictSame(await broken(added, project), [])
})

t.test('and with it the code in the README and in docs/pipelines.md passes compiler, linter and prettier', async t => {
  const files = [...added]
  for (const document of ['README.md', 'docs/pipelines.md'])
    for (const { language, text } of blocksOf(document)) {
      if (language !== 'ts') continue
      const [first = '', file] = place.exec(text) ?? []
      files.push(`pipelines/${file ?? `documented-${files.length}.ts`}`)
      project.write(files.at(-1)!, text.slice(first.length))
    }
  t.strictSame(files, [...new Set(files)], 'no file overwrites another')
  t.ok(files.length > added.length)
  t.strictSame(await faults(files, project), [])
})

t.test('the scripts that CONTRIBUTING.md names are those of package.json', async t => {
  const { scripts } = JSON.parse(textOf('package.json')) as { readonly scripts: Readonly<Record<string, string>> }
  const named = Array.from(textOf('CONTRIBUTING.md').matchAll(/`npm (?:run )?([\w-]+)`/g), ([, name]) => name!)
  t.strictSame(
    named.filter(name => !(name in scripts) && !['ci', 'pack'].includes(name)),
    [],
  )
})

t.test('every link of the documents leads to a file of the project', async t => {
  const documents = readdirSync(root, { recursive: false, encoding: 'utf8' })
    .concat(readdirSync(join(root, 'docs'), { encoding: 'utf8' }).map(name => `docs/${name}`))
    .concat(readdirSync(join(root, 'docs', 'decisions'), { encoding: 'utf8' }).map(name => `docs/decisions/${name}`))
    .filter(name => name.endsWith('.md'))
  const lost = documents.flatMap(document =>
    linksOf(document)
      .filter(link => !existsSync(join(root, dirname(document), link)))
      .map(link => `${document}: ${link}`),
  )
  t.strictSame(lost, [])
})
