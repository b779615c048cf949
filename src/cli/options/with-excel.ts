import type { OutputOptions } from '../../catalogue/output-sink.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { given } from '../../core/given.ts'
import type { Cli } from '../cli.ts'

/** The value of `--excel`: the list separator, or true if it was given without one. */
interface ExcelFlag {
  readonly excel?: string | boolean
}

const question = 'Which list separator does Excel use?'

/** Asks the user at the terminal. Undefined if there is none. */
const asked = async (cli: Cli): Promise<string | undefined> => {
  const { openAsk } = await import('../tenants/ask.ts')
  const ask = await openAsk(cli)
  if (!ask) return undefined
  try {
    const choices = [
      { value: ';', name: 'a semicolon: decimals are written 0,5, as in Germany, France, Spain' },
      { value: ',', name: 'a comma: decimals are written 0.5, as in the United States, the United Kingdom' },
    ] as const
    return await ask.choose(question, choices, (0.5).toLocaleString().includes('.') ? ',' : ';')
  } finally {
    ask.close()
  }
}

/**
 * The options with a list separator for `--excel`: the one given, otherwise that of `--delimiter`, otherwise the user's
 * answer at the terminal.
 *
 * @throws EntrapipeError `OPTION_INVALID` if there is no terminal to ask
 */
export const withExcel = async <Options extends Omit<OutputOptions, 'excel'>>(
  { excel, ...options }: Options & ExcelFlag,
  cli: Cli,
): Promise<Omit<Options, 'excel'> & { readonly excel?: string }> => {
  if (excel === undefined || excel === false) return options
  if (typeof excel === 'string') return { ...options, excel }
  if (options.delimiter !== undefined) return { ...options, excel: options.delimiter }
  const { outputFormat } = await import('../../catalogue/output-sink.ts')
  // Without CSV output, --excel is refused later, so the question would be pointless.
  const { to, format } = options
  const separator = outputFormat({ to, ...given({ format }) }) === 'csv' ? await asked(cli) : ','
  if (separator !== undefined) return { ...options, excel: separator }
  throw new EntrapipeError(
    'OPTION_INVALID',
    `${question} Give --excel=';' if decimals are written 0,5, or --excel=, if they are written 0.5`,
  )
}
