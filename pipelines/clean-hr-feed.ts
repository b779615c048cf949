import { choice, EntrapipeError, flag, inputFile, number, outputFile, pipeline, plan, text, withFlags } from 'entrapipe'
import { csv as toCsv } from 'entrapipe/sinks/csv'
import { csv as fromCsv } from 'entrapipe/sources/csv'
import { convert } from 'entrapipe/transforms/convert'
import { dedupe } from 'entrapipe/transforms/dedupe'
import { lookup } from 'entrapipe/transforms/lookup'
import { rename } from 'entrapipe/transforms/rename'
import { validate } from 'entrapipe/transforms/validate'
import { z } from 'zod'

/** The columns of the feed, and their names in Microsoft Graph. */
const names = {
  EmployeeID: 'employeeId',
  'First Name': 'givenName',
  'Last Name': 'surname',
  'Display Name': 'displayName',
  'E-Mail': 'mail',
  Department: 'department',
  'Job Title': 'jobTitle',
  'Manager ID': 'managerEmployeeId',
  'Hire Date': 'employeeHireDate',
  'Leave Date': 'employeeLeaveDateTime',
  Country: 'usageLocation',
  Office: 'officeLocation',
  'Cost Center': 'costCenter',
  Active: 'accountEnabled',
  Phone: 'businessPhones',
}
const columns = Object.keys(names)

// Invisible characters: direction marks, soft hyphens, control characters (Unicode's Cf, and C0 except white space).
// A soft hyphen after Ã is half of a letter that was read in the wrong encoding.
const unseen = /[\p{Cf}--[\u00ad\u200c\u200d]]|(?<![\u00c2-\u00c5])\u00ad|[\0-\x08\x0e-\x1f\x7f]/gv
// Joiners are part of words in Persian, Hindi or Sinhala. They are kept between letters of such a script.
const joiners = /(?<![\p{M}\p{sc=Arab}])[\u200c\u200d]+|[\u200c\u200d]+(?!\p{L})/gu

/** Replaces each run of white space by one blank, and removes invisible characters. */
const tidy = (value: unknown): string | null =>
  String(value).replace(unseen, '').replace(joiners, '').replace(/\s+/g, ' ').trim() || null

// UTF-8 that was read as Windows-1252 (ü as Ã¼, ł as Å‚), and the replacement character for lost letters.
const misread = /[\u00c2-\u00c5][\u0080-\u00bf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\ufffd/
const countries = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
const isCountry = (code: string): boolean =>
  /^[A-Z]{2}$/.test(code) && new Intl.Locale(`und-${code}`).region === code && countries.of(code) !== undefined

// Text that a spreadsheet writes for a failed formula, and for a number that is too long for its cell.
const errors = /^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)$/i
const rounded = /^[\d.,]+E\+?\d+$/i
const isNumber = 'A spreadsheet changed it to a number; format the column as text'

const empty = 'This cell must not be empty'
const cell = z
  .string(empty)
  .refine(value => !misread.test(value), 'The text was read in the wrong encoding; export the feed again as UTF-8')
  .refine(value => !/^[=@]/.test(value), 'Expected text, got a formula')
  .refine(value => !errors.test(value), 'Expected text, got the error of a formula; correct it in the spreadsheet')
const day = z.string(empty).refine(value => value >= '1950' && value < '2100', 'Expected a day from 1950 to 2099')

const id = /^[A-Z]{0,3}\d{4,10}$/i
const address = z.email({
  error: ({ input }) => (input === null ? empty : 'Expected an address such as ann@contoso.com'),
})

const person = z
  .object({
    EmployeeID: cell.regex(id, 'Expected letters and digits such as E004711'),
    'First Name': cell,
    'Last Name': cell,
    'Display Name': cell.nullable(),
    'E-Mail': address,
    Department: cell.nullable(),
    'Job Title': cell.nullable(),
    'Manager ID': cell.nullable(),
    'Hire Date': day,
    // Some systems write the last possible day if a person has not resigned.
    'Leave Date': z.preprocess(value => (String(value).startsWith('9999-') ? null : value), day.nullable()),
    Country: z.string(empty).toUpperCase().refine(isCountry, 'Expected a country code of two letters such as DE'),
    Office: cell.nullable(),
    'Cost Center': cell.refine(value => !rounded.test(value), isNumber).nullable(),
    Active: z.boolean(empty),
    Phone: z
      .string()
      .refine(value => !rounded.test(value), isNumber)
      .regex(/^\+?[\d\s()/.-]{5,}$|E\+?\d+$/i, 'Expected digits such as +49 30 123456')
      .nullable(),
  })
  .refine(row => row['Manager ID']?.toUpperCase() !== row.EmployeeID.toUpperCase(), {
    path: ['Manager ID'],
    error: 'A person cannot be their own manager',
  })
  .refine(row => row['Leave Date'] === null || row['Leave Date'] >= row['Hire Date'], {
    path: ['Leave Date'],
    error: 'The leave date is before the hire date',
  })
  .transform(row => ({ ...row, 'Display Name': row['Display Name'] ?? `${row['First Name']} ${row['Last Name']}` }))

/** The flags that messages name in place of the source's options. */
const flags = {
  encoding: '--encoding',
  delimiter: '--delimiter',
  headerLine: '--header-line',
  singleHeader: '--single-header',
}

/**
 * Cleans a feed of an HR system: tidies cells, converts days and booleans, and rejects every row with a mistake.
 *
 * A second row with the id or the address of an earlier row is rejected, even if the earlier row is rejected too for another
 * mistake. It may be the corrected row or another person: somebody must compare the two and send one of them.
 */
export default pipeline({
  summary:
    'Turns an HR feed with mistakes into rows for a bulk create, and a file of rejects to correct and send back.',
  params: {
    from: inputFile('CSV file with the feed'),
    to: outputFile('file for the valid rows', { default: 'out/hr-feed-clean.csv' }),
    rejects: outputFile('file for the rejected rows', { default: 'out/hr-feed-rejects.csv' }),
    encoding: text('encoding of the feed, such as windows-1252; auto detects UTF-8 and UTF-16', { default: 'auto' }),
    delimiter: text('delimiter of the feed, or tab; auto detects it', { default: 'auto' }),
    headerLine: number('line number of the header; 0 detects it', { default: 0 }),
    singleHeader: flag('read later lines that equal the header as rows'),
    separator: choice("Excel's list separator, for the file of rejects", [';', ','], { default: ';' }),
    dateOrder: choice('order of day and month in 03/04/2026', ['dmy', 'mdy'], { default: 'dmy' }),
  },
  make: ({ from, to, rejects, encoding, delimiter, headerLine, singleHeader, separator, dateOrder }) => {
    if (from === '-')
      throw new EntrapipeError(
        'OPTION_INVALID',
        'Expected --from to be a file: managers are looked up in it, so it is read twice',
      )
    const options = {
      ...(encoding !== 'auto' && { encoding }),
      ...(delimiter !== 'auto' && { delimiter: delimiter === 'tab' ? '\t' : delimiter }),
      ...(headerLine !== 0 && { headerLine }),
      singleHeader,
    }
    const feed = withFlags(fromCsv({ from, columns, ...options }), flags)
    return plan({
      source: feed,
      transforms: [
        convert(Object.fromEntries(columns.map(column => [column, tidy]))),
        // Runs before other rows are rejected, so that their ids and addresses count.
        dedupe({ by: 'EmployeeID', isKey: text => id.test(text), later: 'reject' }),
        dedupe({ by: 'E-Mail', isKey: text => address.safeParse(text).success, later: 'reject' }),
        convert({ 'Hire Date': 'date', 'Leave Date': 'date', Active: 'boolean' }, { dateOrder }),
        validate(person),
        lookup({ from: feed, key: 'EmployeeID', by: 'Manager ID', take: {}, missing: 'reject' }),
        rename(names),
      ],
      sink: toCsv({ to, columns: Object.values(names) }),
      // People correct them in Excel, where ids and telephone numbers must stay text.
      rejects: toCsv({ to: rejects, excel: separator }),
    })
  },
})
