import { Readable, Writable } from 'node:stream'
import { runCommandLine } from '../../src/cli/main.ts'
import { systemClock } from '../../src/core/clock.ts'
import { processEnvironment } from '../../src/core/environment.ts'

interface Where {
  readonly folder: string
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin?: string
  /** As Ctrl-C or SIGTERM would abort it. */
  readonly signal?: AbortSignal
}

/** How a command ended. */
interface Ended {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
}

const texts = () => {
  const chunks: Buffer[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      chunks.push(chunk)
      done()
    },
  })
  return { stream, text: () => Buffer.concat(chunks).toString('utf8') }
}

/** Parts read and write the stdin and stdout of the process, and a pipeline may read its folder: a command has its own. */
const streams = ['stdin', 'stdout'] as const
const own = streams.map(name => [name, Object.getOwnPropertyDescriptor(process, name)!] as const)

let isRunning = false

/**
 * Whether a command can run in the process of the test, which takes a tenth of the time of a new process. It cannot while
 * another one does, and it cannot where it or what it starts reads the environment of its process.
 */
export const runsHere = (args: readonly string[], env: Readonly<Record<string, string | undefined>>): boolean =>
  !isRunning && !args.includes('sandbox') && !Object.keys(env).some(name => name === 'NODE_EXTRA_CA_CERTS')

/** Runs `entrapipe …` in this process as `main` does, without its signals. */
export const runHere = async (
  args: readonly string[],
  { folder, env, stdin = '', signal = new AbortController().signal }: Where,
): Promise<Ended> => {
  if (isRunning) throw new Error('a command runs here already')
  isRunning = true
  const [stdout, stderr] = [texts(), texts()]
  const before = process.cwd()
  const given = {
    stdin: Readable.from(stdin === '' ? [] : [Buffer.from(stdin)], { objectMode: false }),
    stdout: stdout.stream,
  }
  for (const name of streams)
    Object.defineProperty(process, name, { value: given[name], configurable: true, enumerable: true })
  process.chdir(folder)
  try {
    const status = await runCommandLine(args, {
      ...given,
      environment: {
        ...processEnvironment(),
        variable: name => env[name] || undefined,
        home: env['HOME'] ?? folder,
      },
      clock: systemClock,
      stderr: stderr.stream,
      signal,
    })
    return { status, stdout: stdout.text(), stderr: stderr.text() }
  } finally {
    process.chdir(before)
    for (const [name, descriptor] of own) Object.defineProperty(process, name, descriptor)
    isRunning = false
  }
}
