import { EntrapipeError } from '../../core/errors.ts'

/** The command that writes the results of a run to a file. */
export const resultsCommand = (run: string): string => `entrapipe runs results ${run} --to FILE`

interface AtEnd {
  readonly run: string
  /** What is written, as the start of a sentence that says that it was not. */
  readonly what: string
  /** How it is written later. */
  readonly command: string
}

/** Writes something at the end of a run, which has ended whatever becomes of the file. Returns the error if there is one. */
export const writeAtEnd = async (
  write: () => Promise<unknown>,
  { run, what, command }: AtEnd,
): Promise<readonly unknown[]> => {
  try {
    await write()
    return []
  } catch (error) {
    if (!(error instanceof EntrapipeError)) return [error]
    return [
      new EntrapipeError(error.code, `${what} were not written: ${error.message}`, {
        cause: error,
        facts: { ...error.facts, run },
        fix: `Write them with: ${command}`,
      }),
    ]
  }
}
