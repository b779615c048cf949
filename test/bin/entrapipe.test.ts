import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'
import t from 'tap'
import { launcher, started } from '../programs/started.ts'

/** A Node.js of this machine that is older than what entrapipe needs, if it has one. */
const oldNode = (): string | undefined => {
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin']
  return folders
    .filter(folder => !folder.includes(`node_modules${sep}`))
    .map(folder => join(folder, name))
    .filter(existsSync)
    .find(file => Number(spawnSync(file, ['-p', 'process.versions.node.split(".")[0]']).stdout) < 24)
}

const old = oldNode()

t.test(
  'an older Node.js is reported in one sentence, with exit code 2',
  { skip: old === undefined && 'this machine has no Node.js older than 24' },
  async t => {
    const { status, stdout, stderr } = spawnSync(old!, [launcher, 'export', 'users'], { encoding: 'utf8' })
    t.equal(status, 2)
    t.equal(stdout, '')
    t.match(stderr, /^entrapipe needs Node\.js 24 or newer, and this is v\d+\.\d+\.\d+\. [^\n]*\.\n$/)
  },
)

t.test('the program starts from any folder', async t => {
  const { status, stdout, stderr } = await started(t.testdir(), '--version')
  t.strictSame([status, stderr], [0, ''])
  t.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

t.test(
  'a run has a small young generation and runs in the started process, so that a kill reaches it',
  { skip: process.platform === 'win32' && 'Windows cannot replace the program of a process' },
  async t => {
    const folder = t.testdir({
      'told.ts': `
        import { pipeline } from 'entrapipe'
        import { csv } from 'entrapipe/sinks/csv'
        const told: { readonly pid: number } = { pid: process.pid }
        process.stdout.write(JSON.stringify({ ...told, argv: process.execArgv, sink: typeof csv }))
        export default pipeline({ summary: 'Says who it is.', make: () => { throw new Error('enough') } })
      `,
    })
    const { pid, stdout, stderr } = await started(folder, 'run', './told.ts')
    const told = JSON.parse(stdout) as { pid: number; argv: readonly string[]; sink: string }
    t.equal(told.pid, pid)
    t.equal(told.sink, 'function', 'a pipeline in any folder imports parts by their public names')
    t.ok(
      told.argv.some(flag => /^--max-semi-space-size=[1-4]$/.test(flag)),
      told.argv.join(' '),
    )
    t.notMatch(stderr, /Warning/, 'a folder without package.json causes no warning')
  },
)

t.test('a pipeline in any folder imports every module that package.json exports', async t => {
  const { exports } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly exports: Readonly<Record<string, unknown>>
  }
  const examples = { sources: 'csv', transforms: 'dedupe', operations: 'create-user', sinks: 'csv' }
  const names = Object.keys(exports)
    .filter(name => name !== './package.json')
    .map(name => name.replace(/^\./, 'entrapipe'))
    .map(name => name.replace(/(\w+)\/\*$/, (_, role: keyof typeof examples) => `${role}/${examples[role]}`))
  const folder = t.testdir({
    'all.ts': `${names.map((name, at) => `import * as m${at} from '${name}'${name.endsWith('.json') ? " with { type: 'json' }" : ''}`).join('\n')}
      process.stdout.write(JSON.stringify([${names.map((_, at) => `Object.keys(m${at}).length`).join(', ')}]))
      throw new Error('enough')`,
  })
  const { stdout, stderr } = await started(folder, 'run', './all.ts')
  t.notMatch(stderr, /was not found/)
  t.ok((JSON.parse(stdout) as readonly number[]).every(exported => exported > 0))
})
