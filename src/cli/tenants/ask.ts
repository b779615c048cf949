import { Writable } from 'node:stream'
import { EntrapipeError } from '../../core/errors.ts'
import type { Cli } from '../cli.ts'
import { openTerminal } from './terminal.ts'

/** One question, asked again until its answer is valid. */
export interface Question {
  readonly message: string
  readonly default?: string | undefined
  /** True, or what is wrong, in words. */
  readonly validate?: (answer: string) => true | string
}

/** Questions to a person at the terminal. Each waits for an answer. */
export interface Ask {
  text(question: Question): Promise<string>
  /** What is typed is not shown. */
  hidden(question: Question): Promise<string>
  choose<T extends string>(
    message: string,
    choices: readonly { readonly value: T; readonly name: string }[],
    first?: T,
  ): Promise<T>
  close(): void
}

/** Undefined where nobody can be asked: no terminal, or `--json`. @throws EntrapipeError `INTERRUPTED` on Ctrl-C */
export const openAsk = async (cli: Cli): Promise<Ask | undefined> => {
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
        throw new EntrapipeError('INTERRUPTED', 'Interrupted; nothing was written.', { cause })
      throw cause
    }
  }
  const checked = ({ message, default: given, validate }: Question) => ({
    message,
    ...(given !== undefined && { default: given }),
    validate: (answer: string) => (answer.trim() === '' ? 'An answer is needed.' : (validate?.(answer.trim()) ?? true)),
  })
  return {
    text: async question => (await answered(input(checked(question), context()))).trim(),
    hidden: async question => (await answered(password({ ...checked(question), mask: true }, context()))).trim(),
    choose: async (message, choices, first) =>
      await answered(select({ message, choices, ...(first !== undefined && { default: first }) }, context())),
    close: terminal.close,
  }
}

/** A prompt ends what it wrote to, and the next one would find the terminal closed. */
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
