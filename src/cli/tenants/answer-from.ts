import { EntrapipeError } from '../../core/errors.ts'
import type { Ask, Question } from './ask.ts'

/** What an option says, and where it says nothing the answer of a person. */
export type Answering = (flag: string, known: string | undefined, question: Question) => Promise<string>

/**
 * Takes answers from options, and asks where there is somebody to ask.
 *
 * @param verb of the command that has the options: `add`
 * @throws EntrapipeError `USAGE` where an answer is missing and nobody can be asked, `OPTION_INVALID`
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
