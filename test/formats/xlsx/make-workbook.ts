import { crc32, deflateRawSync } from 'node:zlib'

/** A sheet of a workbook, as XML of its rows and of what follows them. */
interface SheetXml {
  readonly name: string
  readonly rows: string
  readonly after?: string
  readonly state?: 'hidden' | 'veryHidden'
}

interface WorkbookXml {
  readonly sheets: readonly SheetXml[]
  /** Items of the shared texts. */
  readonly texts?: readonly string[]
  /** Formats of the styles: a built-in number, or a code. */
  readonly formats?: readonly (number | string)[]
  readonly date1904?: boolean
  /** Attributes of `calcPr`. */
  readonly calculation?: string
  /** Before all names of elements: `x:`. */
  readonly prefix?: string
}

const fields = (...values: readonly (readonly [2 | 4, number])[]): Buffer => {
  const bytes = Buffer.alloc(values.reduce((sum, [size]) => sum + size, 0))
  let at = 0
  for (const [size, value] of values) at = bytes.writeUIntLE(value, at, size)
  return bytes
}

/** A ZIP archive of these parts. */
export const archive = (parts: Readonly<Record<string, string | Buffer>>): Buffer => {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const [name, content] of Object.entries(parts)) {
    const bytes = Buffer.from(content)
    const packed = deflateRawSync(bytes)
    const about = [
      [2, 20],
      [2, 0],
      [2, 8],
      [4, 0],
      [4, crc32(bytes)],
      [4, packed.length],
    ] as const
    const sizes = [
      [4, bytes.length],
      [2, name.length],
      [2, 0],
    ] as const
    const head = Buffer.concat([fields([4, 0x04034b50], ...about, ...sizes), Buffer.from(name)])
    central.push(
      fields([4, 0x02014b50], [2, 20], ...about, ...sizes, [2, 0], [2, 0], [2, 0], [4, 0], [4, at]),
      Buffer.from(name),
    )
    local.push(head, packed)
    at += head.length + packed.length
  }
  const directory = Buffer.concat(central)
  const count = Object.keys(parts).length
  const end = fields([4, 0x06054b50], [4, 0], [2, count], [2, count], [4, directory.length], [4, at], [2, 0])
  return Buffer.concat([...local, directory, end])
}

const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** The parts of a workbook as Excel names them, with more that a test adds. */
export const workbookXml = ({
  sheets,
  texts = [],
  formats = [],
  date1904 = false,
  calculation,
  prefix = '',
}: WorkbookXml) => {
  const space = `xmlns${prefix === '' ? '' : `:${prefix.slice(0, -1)}`}="${main}"`
  const open = (name: string, attributes = ''): string => `<${prefix}${name} ${space} xmlns:r="${office}"${attributes}>`
  const codes = formats.filter(format => typeof format === 'string')
  const relation = (id: string, type: string, target: string): string =>
    `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`
  const relations = (...all: readonly string[]): string =>
    `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join('')}</Relationships>`
  const tag = (name: string, attributes: string): string => `<${prefix}${name} ${attributes}/>`
  return {
    '[Content_Types].xml': '<Types/>',
    '_rels/.rels': relations(relation('rId1', 'officeDocument', 'xl/workbook.xml')),
    'xl/workbook.xml': `${open('workbook')}${tag('workbookPr', `date1904="${date1904 ? 1 : 0}"`)}<${prefix}sheets>${sheets
      .map(({ name, state }, at) =>
        tag('sheet', `name="${name}" sheetId="${at + 1}" r:id="s${at + 1}"${state ? ` state="${state}"` : ''}`),
      )
      .join('')}</${prefix}sheets>${calculation === undefined ? '' : tag('calcPr', calculation)}</${prefix}workbook>`,
    'xl/_rels/workbook.xml.rels': relations(
      ...sheets.map((_, at) => relation(`s${at + 1}`, 'worksheet', `/xl/worksheets/sheet${at + 1}.xml`)),
      relation('rId8', 'styles', 'styles.xml'),
      relation('rId9', 'sharedStrings', 'sharedStrings.xml'),
    ),
    'xl/styles.xml': `${open('styleSheet')}<${prefix}numFmts>${codes
      .map((code, at) =>
        tag('numFmt', `numFmtId="${164 + at}" formatCode="${code.replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`),
      )
      .join(
        '',
      )}</${prefix}numFmts><${prefix}cellStyleXfs>${tag('xf', 'numFmtId="9"')}</${prefix}cellStyleXfs><${prefix}cellXfs>${tag('xf', 'numFmtId="0"')}${formats
      .map(format => tag('xf', `numFmtId="${typeof format === 'number' ? format : 164 + codes.indexOf(format)}"`))
      .join('')}</${prefix}cellXfs></${prefix}styleSheet>`,
    'xl/sharedStrings.xml': `${open('sst')}${texts.map(text => `<${prefix}si>${text}</${prefix}si>`).join('')}</${prefix}sst>`,
    ...Object.fromEntries(
      sheets.map(({ rows, after = '' }, at) => [
        `xl/worksheets/sheet${at + 1}.xml`,
        `${open('worksheet')}<${prefix}sheetData>${rows}</${prefix}sheetData>${after}</${prefix}worksheet>`,
      ]),
    ),
  }
}

/** A workbook. */
export const workbook = (xml: WorkbookXml): Buffer => archive(workbookXml(xml))

/** A row of text cells from column A on; others are cells as XML. */
export const textRow = (line: number, ...cells: readonly string[]): string =>
  `<row r="${line}">${cells
    .map((cell, at) => {
      if (cell.startsWith('<')) return cell
      return `<c r="${String.fromCharCode(65 + at)}${line}" t="inlineStr"><is><t>${cell}</t></is></c>`
    })
    .join('')}</row>`

/** A workbook with one sheet of these rows. */
export const sheet = (rows: string, rest: Partial<WorkbookXml> & { readonly after?: string } = {}): Buffer =>
  workbook({ sheets: [{ name: 'People', rows, ...(rest.after !== undefined && { after: rest.after }) }], ...rest })
