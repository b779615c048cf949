import { commandWords } from '../core/command-words.ts'
import { EntrapipeError } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import type { Operation } from '../core/operation.ts'
import { loadOperations, operationsOfFiles } from './operations.ts'

/** What makes changes of the rows of a file: an operation, or a command that makes several of each row. */
export type FileOperation = Pick<Operation, 'kind' | 'columns'> & Partial<Pick<Operation, 'accept'>>

/** Commands that make several changes of each row. */
const ofSeveralSteps = ['onboard', 'offboard']

/** All that read rows from files. */
export const kindsOfFiles = (): readonly string[] => [...operationsOfFiles(), ...ofSeveralSteps]

/** The name of an operation as it is compared. */
export const operationName = (words: string): string => words.trim().toLowerCase().replaceAll(/\s+/g, ' ')

/** What reads the rows of a file, by its name, or by the words of its command. Undefined for anything else. */
export const findFileOperation = async (words: string): Promise<FileOperation | undefined> => {
  const asked = operationName(words)
  const kind = kindsOfFiles().find(each => each === asked || commandWords(each) === asked)
  return kind === undefined ? undefined : ((await loadOperations())(kind) ?? { kind, columns: { names: {} } })
}

/** The error for words that name no operation on files. @param fix what to do */
export const unknownOperation = (words: string, fix: string): EntrapipeError => {
  const asked = operationName(words)
  const near = nearest(asked, kindsOfFiles().map(commandWords))
  return new EntrapipeError(
    'OPTION_INVALID',
    `No operation "${asked}" reads the rows of a file.${near === undefined ? '' : ` Did you mean "${near}"?`}`,
    { fix },
  )
}
