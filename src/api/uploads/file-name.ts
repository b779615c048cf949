import { parse } from 'content-disposition'
import { EntrapipeError } from '../../core/errors.ts'
import { formatOf } from '../../formats/format-of.ts'

const invalid = (message: string, fix: string): EntrapipeError => new EntrapipeError('OPTION_INVALID', message, { fix })

const unnamed = (message: string): EntrapipeError =>
  invalid(message, 'Send a name such as people.csv in Content-Disposition: attachment; filename="people.csv".')

const wrongName = (message: string): EntrapipeError => invalid(message, 'Use a name such as people.csv.')

const longest = 150
/** Names that are devices on Windows. */
const devices = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i

/**
 * A name of a file without a folder, and without what a terminal, a shell or a file system would take for something else.
 *
 * @param what names it in messages
 * @throws EntrapipeError `OPTION_INVALID`
 */
export const plainName = (name: string, what: string): string => {
  if (name === '' || name.length > longest) throw wrongName(`${what} must have 1 to ${longest} characters.`)
  if (/[/\\]/.test(name)) throw wrongName(`${what} must be a name without a folder.`)
  if (/\p{C}|[<>:"|?*]/u.test(name)) throw wrongName(`${what} has a character that names of files must not have.`)
  if (/^[.~\s-]|[.\s]$/.test(name)) throw wrongName(`${what} must begin with a letter, a digit or _, and end with one.`)
  if (devices.test(name)) throw wrongName(`${what} is that of a device on Windows.`)
  return name
}

/**
 * The name of the file that a request sends.
 *
 * @throws EntrapipeError `OPTION_INVALID`, also for a format that is not read
 */
export const nameIn = (disposition: string | undefined): string => {
  if (disposition === undefined) throw unnamed('The request names no file.')
  let found: string | undefined
  try {
    found = parse(disposition).parameters['filename']
  } catch {
    // Whatever is wrong with the header, the answer is the same.
    throw unnamed('The header Content-Disposition cannot be read.')
  }
  if (found === undefined) throw unnamed('The header Content-Disposition names no file.')
  const name = plainName(found.normalize('NFC'), 'The name of the file')
  formatOf(name, 'the name of the file')
  return name
}
