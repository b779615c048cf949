import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { blocksOf, codeIn, root, textOf } from './markdown.ts'

const binary = join(root, 'bin', 'entrapipe.js')

/** Commands of the README that are not run here. */
const notRun: Readonly<Record<string, string>> = {
  'npm ci && npm test': 'this test is a part of it',
  'az login': 'needs the Azure CLI and a person',
  'npx entrapipe export users --auth azure-cli --limit 10': 'needs a real tenant',
  'npx entrapipe tenants add contoso': 'needs a real tenant and a person',
  'npx entrapipe tenants check --tenant contoso --for export users': 'needs a real tenant',
  'npx entrapipe export users --tenant contoso --preset portal-users --to users.csv': 'needs a real tenant',
}

/** `npx entrapipe` is ours, `npm ci` has been done, and `npm start` is what package.json says. */
const shell = (exec = ''): string => `
npx() { shift; ${exec} "$NODE" "$BINARY" "$@"; }
npm() { case "$1" in start) set -- ${(JSON.parse(textOf('package.json')) as { scripts: { start: string } }).scripts.start.replace(/^node \S+/, 'entrapipe')}; npx "$@";; esac; }
`

interface Ran {
  readonly status: number | null
  readonly output: string
}

/** A folder that looks like a clone's, with a store of its own. */
const desk = (folder: string) => {
  mkdirSync(join(folder, 'out'))
  symlinkSync(join(root, 'samples'), join(folder, 'samples'))
  const start = (script: string): ChildProcess =>
    spawn('sh', ['-c', script], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        ENTRAPIPE_STORE: join(folder, 'store'),
        NODE: process.execPath,
        BINARY: binary,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  const ended = async (child: ChildProcess): Promise<Ran> => {
    let output = ''
    for (const stream of [child.stdout!, child.stderr!])
      stream.setEncoding('utf8').on('data', (text: string) => (output += text))
    const [status] = (await once(child, 'close')) as [number | null]
    return { status, output }
  }
  const sizeOf = (file: string): number => statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0
  return {
    run: (command: string): Promise<Ran> => ended(start(shell() + command)),
    /** Runs it until the second checkpoint is being written towards, then presses Ctrl-C. */
    async interrupt(command: string): Promise<Ran> {
      const child = start(shell('exec') + command)
      const end = ended(child)
      while (child.exitCode === null && sizeOf('out/again.csv.partial') < sizeOf('out/users.csv') / 3) await wait(5)
      child.kill('SIGINT')
      return end
    },
  }
}

/** What differs from run to run: ids, times, hashes, and where an interruption came. */
const withoutFigures = (text: string): string =>
  text
    .replace(/\d{8}-\d{6}-[0-9a-f]{8}/g, '<run>')
    .replace(/[0-9a-f]{12}…/g, '<hash>')
    .replace(/\b\d+ (?:ms|s|min(?: \d+ s)?)(?![\w])/g, '<time>')
    .replace(/[\d,]+ rows are safe/g, '<n> rows are safe')

const blocks = blocksOf('README.md')
const statusTold = (command: string): number => Number(/# exits (\d+)$/.exec(command)?.[1] ?? 0)

t.test(
  'what the README says to type works in the order it says, and shows what it says',
  { skip: process.platform === 'win32' && 'the README is written for a POSIX shell' },
  async t => {
    let stop = async (): Promise<unknown> => undefined
    // Before `testdir`, so that the folder outlives the sandbox.
    t.teardown(() => stop())
    const folder = t.testdir({})
    const { run, interrupt } = desk(folder)
    stop = () => run('npx entrapipe sandbox stop')
    const used = new Set<string>()
    let output = ''
    for (const { language, text, before, section } of blocks) {
      if (language === 'ts') writeFileSync(join(folder, codeIn(before)[0]!), text)
      if (language === 'text')
        for (const line of text.trimEnd().split('\n'))
          t.ok(withoutFigures(output).includes(withoutFigures(line.replace(/ …$/, ''))), `${section}: ${line}`, {
            output,
          })
      if (language !== 'sh') continue
      output = ''
      for (const command of text.trimEnd().split('\n')) {
        if (command in notRun) used.add(command)
        else {
          const ran = command.endsWith('# Ctrl-C') ? await interrupt(command) : await run(command)
          output += ran.output
          t.equal(ran.status, command.endsWith('# Ctrl-C') ? 130 : statusTold(command), command, { output: ran.output })
        }
      }
    }
    t.strictSame([...used].sort(), Object.keys(notRun).sort(), 'every skipped command is in the README')
  },
)
