import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { ChildOrder, FromChild, ToChild } from './child-messages.ts'
import { readMessages, sendMessage } from './message-lines.ts'

/** The name of the hidden command that runs a job. */
const childCommand = '__job-child'

const launcher = fileURLToPath(new URL('../../bin/entrapipe.js', import.meta.url))

/** How a child ended: with its last message, or without one. */
export type ChildEnd =
  Extract<FromChild, { readonly type: 'end' | 'error' }> | { readonly type: 'died'; readonly why: string }

/** A process that runs one job. */
export interface Child {
  readonly pid: number | undefined
  /** Sends nothing more; requests in flight settle. */
  readonly cancel: () => void
  /** Ends the run so that another process continues it. */
  readonly stop: () => void
  readonly kill: () => void
  readonly ended: Promise<ChildEnd>
}

/** Starts a process for a job. */
export type Launch = (order: ChildOrder, take: (message: FromChild) => void) => Child

const mostKeptText = 2000

/**
 * Starts a job in a process of its own, by the launcher, so that V8 has its limits. It ends when this process does: its stdin is
 * then closed.
 *
 * @param say called with each line that it prints for people
 * @param environment @default that of this process
 */
export const launchChild =
  (say: (line: string) => void = () => undefined, environment?: Readonly<Record<string, string | undefined>>): Launch =>
  (order, take) => {
    const limits = /^[\w-]+/.exec(order.pipeline)?.[0] ?? 'run'
    const child = spawn(process.execPath, [launcher, childCommand, limits], {
      stdio: 'pipe',
      ...(environment && { env: environment }),
      windowsHide: true,
    })
    const send = (message: ToChild): void => void sendMessage(child.stdin, message)
    // A child that has died reads nothing any more; its end tells it.
    child.stdin.on('error', () => undefined)
    let last: ChildEnd | undefined
    let text = ''
    const said = (line: string): void => {
      text = `${text}${line}\n`.slice(-mostKeptText)
      say(line)
    }
    const reading = Promise.all([
      readMessages(
        child.stdout,
        message => {
          const from = message as FromChild
          if (from.type === 'end' || from.type === 'error') last = from
          else take(from)
        },
        said,
      ),
      readMessages(child.stderr, () => undefined, said),
    ])
    const ended = async (): Promise<ChildEnd> => {
      try {
        const [status, signal] = (await once(child, 'close')) as [number | null, string | null]
        await reading
        return (
          last ?? { type: 'died', why: `${signal ?? `exit status ${status}`}${text === '' ? '' : `: ${text.trim()}`}` }
        )
      } catch (error) {
        return { type: 'died', why: `it could not be started: ${(error as Error).message}` }
      }
    }
    send({ type: 'order', order })
    return {
      pid: child.pid,
      cancel: () => send({ type: 'cancel' }),
      stop: () => send({ type: 'stop' }),
      kill: () => void child.kill('SIGKILL'),
      ended: ended(),
    }
  }
