import { closeSync, openSync } from 'node:fs'
import { ReadStream, WriteStream } from 'node:tty'
import { systemCode } from '../../core/errors.ts'
import type { Cli } from '../cli.ts'

/** Input and output of the terminal. */
interface Terminal {
  readonly input: NodeJS.ReadableStream
  readonly output: NodeJS.WritableStream
  close(): void
}

/** System errors if a process has no terminal. */
const none = ['ENXIO', 'ENOENT', 'ENODEV', 'ENOTTY', 'EACCES', 'EPERM', 'EINVAL', 'ERR_TTY_INIT_FAILED']

/** Opens the terminal itself, since stdin may be a pipe. Undefined if there is none, as in a scheduled job. */
export const openTerminal = (cli: Pick<Cli, 'stdin' | 'stderr' | 'environment'>): Terminal | undefined => {
  if (cli.stdin.isTTY) return { input: cli.stdin, output: cli.stderr, close: () => {} }
  const windows = cli.environment.platform === 'win32'
  const opened: number[] = []
  const open = (path: string, flags: string): number => {
    const descriptor = openSync(path, flags)
    opened.push(descriptor)
    return descriptor
  }
  try {
    const input = new ReadStream(open(windows ? String.raw`\\.\CONIN$` : '/dev/tty', windows ? 'r+' : 'r'))
    const output = new WriteStream(open(windows ? String.raw`\\.\CONOUT$` : '/dev/tty', windows ? 'r+' : 'w'))
    return { input, output, close: () => void (input.destroy(), output.destroy()) }
  } catch (cause) {
    for (const descriptor of opened) closeSync(descriptor)
    if (none.includes(systemCode(cause) ?? '')) return undefined
    throw cause
  }
}
