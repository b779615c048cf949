import { PassThrough } from 'node:stream'
import { Command } from 'commander'
import t, { type Test } from 'tap'
import type { Cli } from '../../src/cli/cli.ts'
import addSandbox from '../../src/cli/commands/sandbox.ts'
import { systemClock } from '../../src/core/clock.ts'
import { runSandbox } from '../../src/sandbox/main.ts'
import type { Store } from '../../src/store/store.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'

/** Runs `sandbox …` in this process. What is said is told line by line, so that one that serves can be ended. */
const sandbox = (stateDir: string, argv: readonly string[], signal: AbortSignal, say: (line: string) => void) => {
  const stream = new PassThrough()
  const program = new Command('entrapipe')
    .option('--json')
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
  const cli: Cli = {
    environment: fakeEnvironment(stateDir),
    clock: systemClock,
    stdin: stream,
    stdout: stream,
    stderr: stream,
    signal,
    json: () => false,
    config: () => undefined,
    store: async () => ({ folder: { folder: async () => stateDir } }) as unknown as Store,
    say,
    exit: () => {},
  }
  program.commands.forEach(command => command.exitOverride())
  addSandbox(program, cli)
  for (const command of program.commands) command.exitOverride().configureOutput({ writeErr: () => {} })
  return program.parseAsync(['sandbox', ...argv], { from: 'user' })
}

const never = new AbortController().signal
const said = async (stateDir: string, ...argv: string[]): Promise<readonly string[]> => {
  const lines: string[] = []
  await sandbox(stateDir, argv, never, line => void lines.push(line))
  return lines
}

t.test('an option without effect is refused', async t => {
  for (const name of ['status', 'stop', 'reset'])
    await t.rejects(said(t.testdir(), name, '--users', '5'), {
      code: 'USAGE',
      message: `--users cannot be used with \`sandbox ${name}\`.`,
    })
})

t.test('an invalid port, and a time without a unit, are reported before anything starts', async t => {
  await t.rejects(said(t.testdir(), '--port', '65536'), { message: /--port to be at most 65535, got "65536"/ })
  await t.rejects(said(t.testdir(), '--latency', '5'), {
    message: /a time with its unit, such as 200ms or 1.5s, got "5"/,
  })
})

t.test('an invalid address is an error', async t => {
  const { message, fix } = await said(t.testdir(), '--host', '300.1.1.1').then(
    () => ({ message: '', fix: '' }),
    (error: Error & { fix: string }) => error,
  )
  t.match(message, /^The sandbox cannot listen on 300\.1\.1\.1, port 0: /)
  t.match(fix, /--host/)
  t.notMatch(fix, /--port/)
})

/** What a sandbox in the foreground says when it serves, while a first one may be running; then both end. */
const whatItSays = async (t: Test, isSecond: boolean): Promise<string> => {
  const stateDir = t.testdir({})
  const end = new AbortController()
  const settings = { users: 50, tls: false }
  let first: Promise<void> | undefined
  if (isSecond)
    await new Promise<void>(resolve => {
      first = runSandbox({ stateDir, settings, foreground: true, signal: end.signal, onReady: () => resolve() })
    })
  const lines: string[] = []
  await sandbox(stateDir, ['--users', '50', '--http'], end.signal, line => {
    lines.push(line)
    if (/Ctrl-C/.test(line)) end.abort()
  })
  await first
  return lines.join('\n')
}

t.test('a sandbox prints how to connect to it, and a second one in the same store only its address', async t => {
  t.match(await whatItSays(t, false), 'entrapipe commands connect to it with --tenant sandbox')
  const second = await whatItSays(t, true)
  t.match(
    second,
    /Another sandbox was started first: --tenant sandbox and .* use that one\. Use the address to reach this one/,
  )
  t.notMatch(second, 'entrapipe commands reach it')
})
