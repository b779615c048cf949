import { EntrapipeError } from '../../core/errors.ts'
import type { Ask, Question } from './ask.ts'

/** Returns the value of an option or, if it is not given, the user's answer to the question. */
export type Answering = (flag: string, known: string | undefined, question: Question) => Promise<string>

/**
 * Takes answers from options, and asks at the terminal for the others.
 *
 * @param verb of the command with these options: `add` or `update`
 * @throws EntrapipeError `USAGE` if an answer is missing and there is no terminal; `OPTION_INVALID`
 */
export const answerFrom =
  (ask: Ask | undefined, verb: string): Answering =>
  async (flag, known, question) => {
    if (known !== undefined) {
      const fault = question.validate?.(known) ?? true
      if (fault === true) return known
      throw new EntrapipeError('OPTION_INVALID', `${flag} "${known}" is invalid. ${fault}`)
    }
    if (ask) return await ask.text(question)
    throw new EntrapipeError('USAGE', `${flag} is missing, and there is no terminal to ask for it.`, {
      fix: `Give it on the command line; \`entrapipe tenants ${verb} --help\` lists all options.`,
    })
  }
