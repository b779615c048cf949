import { EntrapipeError } from '../../core/errors.ts'
import { ungarbled } from '../../core/garbled.ts'
import { given } from '../../core/given.ts'
import { invisibleIn, misplacedIn } from '../../core/invisible.ts'

/** The error of a row with a wrong cell. */
export const wrongCell = (column: string, message: string, fix?: string): EntrapipeError =>
  new EntrapipeError('ROW_INVALID', message, { facts: { column }, ...given({ fix }) })

/** Errors that Excel and other spreadsheets write in place of a value, in the languages with many users. */
const errorWords = new Set(
  `N/A NV N/D N/B I/T YOK SAKNAS! PUUTTUU! Н/Д REF! BEZUG! REFERENZ! ¡REF! REF! RIF! VERW! ССЫЛКА! VALUE! WERT! VALEUR! ¡VALOR! VALOR!
  VALORE! WAARDE! VÄRDEFEL! ARVO! ARG! ЗНАЧ! NAME? NOM? ¿NOMBRE? NOME? NAAM? NAMN? NIMI? NAZWA? ИМЯ? DIV/0! DEEL/0! ДЕЛ/0! NUM! ZAHL! NOMBRE! ¡NUM!
  NÚM! GETAL! LICZBA! ЧИСЛО! NULL! NULO! ¡NULO! NUL! LEEG! SPILL! ÜBERLAUF! CALC! FIELD! BLOCKED! CONNECT! BUSY! UNKNOWN! GETTING_DATA`
    .split(/\s+/)
    .map(word => `#${word}`),
)
const tooNarrow = /^#{3,}$/
/** A number as Excel writes one that it has rounded: `1.23E+11`, and `1,23E+11` where decimals have a comma. */
const rounded = /^[+-]?\d(?:[.,]\d+)?E[+-]\d{2,3}$/i

/** The name of a type, which PowerShell and JavaScript write in place of a list or an object. */
const typeName =
  /^(?:System\.\w+\[\]|System\.Collections\.[\w.`[\],]+|Microsoft\.(?:Graph\.PowerShell|Open\.AzureAD|Online\.Administration)\.[\w.]+|\[object \w+\])$/

/** What databases and programs write where there is no value. A name such as Null has another case. */
const noValue = /^(?:NULL|null|\(NULL\)|\(null\)|\[NULL\]|<NULL>|<null>|\\N|\$null|undefined|NaN)$/

/** Properties whose words have no question mark inside, or before their first letter. */
const wordsOnly: ReadonlySet<string> = new Set([
  ...['displayName', 'givenName', 'surname', 'preferredName', 'city', 'state', 'country', 'streetAddress'],
  ...['department', 'jobTitle', 'companyName', 'officeLocation'],
])
const lostInside = /\p{L}\?\p{L}|(?:^|[\s(.-])\?\p{L}/u
const lostAtEnd = /\p{L}\?$/u

/**
 * @param property of a user
 * @throws EntrapipeError `ROW_INVALID` for question marks in place of letters, which Windows PowerShell and databases write by default
 */
export const refuseLost = (column: string, property: string, text: string): void => {
  if (!wordsOnly.has(property)) return
  if (lostInside.test(text) || (/^(?:givenName|surname)$/.test(property) && lostAtEnd.test(text.trim())))
    throw wrongCell(
      column,
      `${column} is ${JSON.stringify(text)}, with a question mark in place of a letter.`,
      'Make the file again from its source as UTF-8: in PowerShell, with Export-Csv -Encoding UTF8.',
    )
}

const refuse = (column: string, character: string | undefined): void => {
  if (character !== undefined)
    throw wrongCell(
      column,
      `${column} has the character ${character}, which cannot be seen.`,
      'Remove the character: enter the value again by hand.',
    )
}

/** @throws EntrapipeError `ROW_INVALID` for a key, an id, an address or a number with a character that nobody sees */
export const refuseInvisible = (column: string, text: string): void => refuse(column, invisibleIn(text))

/** @throws EntrapipeError `ROW_INVALID` for what a spreadsheet, a script or a wrong encoding left in place of the value */
export const refuseDamage = (column: string, text: string): void => {
  const trimmed = text.trim()
  if (trimmed.startsWith('#') && (errorWords.has(trimmed.toUpperCase()) || tooNarrow.test(trimmed)))
    throw wrongCell(
      column,
      `${column} is ${trimmed}, which a spreadsheet writes in place of a value.`,
      'Correct the formula in the spreadsheet, and save the file again.',
    )
  if (rounded.test(trimmed))
    throw wrongCell(
      column,
      `${column} is ${trimmed}: a spreadsheet has rounded the number, so its digits are lost.`,
      'Set the format of the column to text, enter the value again, and save the file.',
    )
  if (typeName.test(trimmed))
    throw wrongCell(
      column,
      `${column} is ${trimmed}, which a script writes in place of a list or an object.`,
      'Write the values themselves, for example joined with `;`, and make the file again.',
    )
  if (noValue.test(trimmed))
    throw wrongCell(
      column,
      `${column} is ${trimmed}, which a database or a program writes where there is no value.`,
      'Empty the cell. If it is a name, write it as Null.',
    )
  const { meant, encoding } = ungarbled(trimmed) ?? {}
  if (meant !== undefined)
    throw wrongCell(
      column,
      `${column} is ${JSON.stringify(trimmed)}, which was ${JSON.stringify(meant)} before a program read it as ${encoding}.`,
      'Make the file again from its source, as UTF-8 with a byte order mark if Excel opens it.',
    )
  if (text.includes('\uFFFD'))
    throw wrongCell(
      column,
      `${column} has the character U+FFFD, which replaces characters that an earlier program could not read.`,
      'Make the file again from its source, with the right encoding.',
    )
  refuse(column, misplacedIn(text))
}
