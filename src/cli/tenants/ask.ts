import { Writable } from 'node:stream'
import { EntrapipeError } from '../../core/errors.ts'
import type { Cli } from '../cli.ts'
import { openTerminal } from './terminal.ts'

/** One question, asked again until its answer is valid. */
export interface Question {
  readonly message: string
  readonly default?: string | undefined
  /** Returns true, or a message that says what is wrong. */
  readonly validate?: (answer: string) => true | string
}

/** Asks the user at the terminal. Each question waits for an answer. */
export interface Ask {
  text(question: Question): Promise<string>
  /** Does not show what is typed. */
  hidden(question: Question): Promise<string>
  choose<T extends string>(
    message: string,
    choices: readonly { readonly value: T; readonly name: string }[],
    first?: T,
  ): Promise<T>
  close(): void
}

/**
 * Undefined without a terminal, or with `--json`.
 *
 * @param interrupted the message of the error on Ctrl-C
 * @throws EntrapipeError `INTERRUPTED` on Ctrl-C
 */
export const openAsk = async (
  cli: Cli,
  interrupted = 'Interrupted; nothing was written.',
): Promise<Ask | undefined> => {
  const terminal = cli.json() ? undefined : openTerminal(cli)
  if (!terminal) return undefined
  const { input, password, select } = await import('@inquirer/prompts')
  const context = () => ({ input: terminal.input, output: screen(terminal.output), signal: cli.signal })
  const answered = async <T>(prompt: Promise<T>): Promise<T> => {
    try {
      return await prompt
    } catch (cause) {
      cli.signal.throwIfAborted()
      if (cause instanceof Error && cause.name === 'ExitPromptError')
        throw new EntrapipeError('INTERRUPTED', interrupted, { cause })
      throw cause
    }
  }
  const checked = ({ message, default: given, validate }: Question) => ({
    message,
    ...(given !== undefined && { default: given }),
    validate: (answer: string) =>
      answer.trim() === '' ? 'An answer is required.' : (validate?.(answer.trim()) ?? true),
  })
  return {
    text: async question => (await answered(input({ ...checked(question), theme }, context()))).trim(),
    hidden: async question => (await answered(password({ ...checked(question), mask: true }, context()))).trim(),
    choose: async (message, choices, first) =>
      await answered(select({ message, choices, ...(first !== undefined && { default: first }) }, context())),
    close: terminal.close,
  }
}

/** What was typed is removed when it is refused: the next answer would be added to it. */
const theme = { validationFailureMode: 'clear' } as const

/** A prompt ends the stream that it wrote to. This stream keeps the terminal open for the next prompt. */
const screen = (output: NodeJS.WritableStream & { readonly columns?: number }): Writable =>
  Object.assign(
    new Writable({
      write(chunk: string | Uint8Array, _encoding, done) {
        output.write(chunk)
        done()
      },
    }),
    { columns: output.columns ?? 80 },
  )
