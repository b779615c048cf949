import { posix } from 'node:path'
import { EntrapipeError } from '../../core/errors.ts'
import { numberTexts, type NumberText } from './number-text.ts'
import type { Zip } from './open-zip.ts'
import { readXml } from './xml-parser.ts'

/** A sheet with cells. */
export interface Sheet {
  readonly name: string
  readonly part: string
  readonly isHidden: boolean
}

/** What a workbook says about its sheets. */
export interface Workbook {
  readonly sheets: readonly Sheet[]
  /** Absent if no cell has a shared text. */
  readonly textPart: string | undefined
  /** Whether the results of its formulas count: it does not ask to be calculated when it is opened. */
  readonly isCalculated: boolean
  /** The text of a number in a cell with this style. */
  readonly numberText: (style: number, value: number) => NumberText
}

const mostBytes = 64 * 1024 ** 2

interface Relation {
  readonly type: string
  readonly target: string
}

const typeOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1)

const relationsOf = async (zip: Zip, part: string, name: string): Promise<ReadonlyMap<string, Relation>> => {
  const { dir, base } = posix.parse(part)
  const place = posix.join(dir, '_rels', `${base}.rels`)
  const found = new Map<string, Relation>()
  await readXml(`${place} of ${name}`, zip.text(place, mostBytes), {
    open(element, { Id = '', Type = '', Target = '' }) {
      if (element === 'Relationship')
        found.set(Id, { type: typeOf(Type), target: Target.startsWith('/') ? Target : posix.join(dir, Target) })
    },
  })
  return found
}

const formatsOf = async (zip: Zip, part: string, name: string): Promise<readonly (string | number)[]> => {
  const own = new Map<number, string>()
  const styles: number[] = []
  let isCell = false
  await readXml(`${part} of ${name}`, zip.text(part, mostBytes), {
    open(element, { numFmtId = '0', formatCode = '' }) {
      if (element === 'numFmt') own.set(Number(numFmtId), formatCode)
      else if (element === 'cellXfs') isCell = true
      else if (element === 'xf' && isCell) styles.push(Number(numFmtId))
    },
    close(element) {
      if (element === 'cellXfs') isCell = false
    },
  })
  return styles.map(id => own.get(id) ?? id)
}

const isOn = (attribute: string | undefined): boolean => attribute === '1' || attribute === 'true'

const none: NumberText = { fault: 'a number without a style' }

/**
 * Reads what a workbook says about itself: sheets, number formats, calendar.
 *
 * @throws EntrapipeError `INPUT_MALFORMED`, `INPUT_CUT_OFF`
 */
export const readWorkbook = async (zip: Zip, name: string): Promise<Workbook> => {
  if (zip.has('xl/workbook.bin'))
    throw new EntrapipeError(
      'INPUT_MALFORMED',
      `${name} is a binary Excel workbook (.xlsb). Save it as .xlsx in Excel.`,
    )
  if (!zip.has('_rels/.rels') || !zip.has('[Content_Types].xml'))
    throw new EntrapipeError('INPUT_MALFORMED', `${name} is a ZIP archive, but not an Excel workbook (.xlsx).`)
  const main = [...(await relationsOf(zip, '', name)).values()].find(({ type }) => type === 'officeDocument')?.target
  if (main === undefined) throw new EntrapipeError('INPUT_MALFORMED', `${name} is not an Excel workbook (.xlsx).`)
  const relations = await relationsOf(zip, main, name)
  const sheets: Sheet[] = []
  let [is1904, isCalculated] = [false, true]
  await readXml(`${main} of ${name}`, zip.text(main, mostBytes), {
    open(element, attributes) {
      if (element === 'workbookPr') is1904 = isOn(attributes['date1904'])
      if (element === 'calcPr') isCalculated = !isOn(attributes['fullCalcOnLoad'])
      if (element !== 'sheet') return
      const id = Object.entries(attributes).find(([attribute]) => /^(?:\w+:)?id$/.test(attribute))?.[1]
      const found = relations.get(id ?? '')
      // Charts and dialogs are sheets, too.
      if (found?.type === 'worksheet')
        sheets.push({
          name: attributes['name'] ?? '',
          part: found.target,
          isHidden: (attributes['state'] ?? 'visible') !== 'visible',
        })
    },
  })
  const partOf = (type: string): string | undefined =>
    [...relations.values()].find(found => found.type === type)?.target
  const stylePart = partOf('styles')
  const formats = stylePart === undefined || !zip.has(stylePart) ? [0] : await formatsOf(zip, stylePart, name)
  const textsOf = await numberTexts(is1904)
  const byStyle: (((value: number) => NumberText) | undefined)[] = []
  const textPart = partOf('sharedStrings')
  return {
    sheets,
    isCalculated,
    textPart: textPart !== undefined && zip.has(textPart) ? textPart : undefined,
    numberText(style, value) {
      const format = formats[style]
      return format === undefined ? none : (byStyle[style] ??= textsOf(format))(value)
    },
  }
}
