import { EntrapipeError } from '../../core/errors.ts'
import { cellRange, columnIn, columnLetters, mostColumns, mostRows, type CellRange } from './cell-place.ts'
import { plainText } from './plain-text.ts'
import type { TextArena } from './text-arena.ts'
import type { Workbook } from './workbook.ts'
import { xmlParser } from './xml-parser.ts'

/** A row of a sheet that has a cell with content. */
export interface SheetRow {
  /** As Excel numbers it. */
  readonly line: number
  /** Up to the last one that is not empty. */
  readonly cells: readonly string[]
  readonly isHidden: boolean
  /** What is wrong with a cell, in words that follow the row. */
  readonly fault?: string
}

interface Cell {
  readonly type: string
  readonly style: number
  readonly column: number
  value: string | undefined
  hasFormula: boolean
  /** The cells that its formula fills. */
  filled?: CellRange
}

/** Programs that cannot calculate leave the result out, empty or 0, and ask Excel to calculate. */
const noResult = 'a formula without a result. Open and save the workbook in Excel'

/** Rows of a piece of a sheet, and merged cells, which come after all rows. */
export interface SheetPiece {
  readonly rows: readonly SheetRow[]
  readonly merged: readonly CellRange[]
}

/**
 * Rows of a sheet, those of a piece of it at a time.
 *
 * @param where names the sheet in messages
 * @throws EntrapipeError `INPUT_MALFORMED`, `INPUT_CUT_OFF`
 */
export async function* sheetRows(
  pieces: AsyncIterable<string>,
  where: string,
  { numberText, isCalculated }: Pick<Workbook, 'numberText' | 'isCalculated'>,
  texts: TextArena | undefined,
): AsyncGenerator<SheetPiece> {
  let rows: SheetRow[] = []
  let merged: CellRange[] = []
  let [line, isHidden, lastColumn] = [0, false, -1]
  let cells: string[] = []
  let fault: string | undefined
  let cell: Cell | undefined
  let [isValue, isReading] = [false, false]
  /** Cells below and beside a formula without a result that fills them, too. They may be absent, or have a number of no meaning. */
  let unfilled: CellRange[] = []
  const damaged = (why: string): EntrapipeError => new EntrapipeError('INPUT_MALFORMED', `${where} is damaged: ${why}.`)

  const beginRow = (given: string | undefined, hidden: string | undefined): void => {
    const next = given === undefined ? line + 1 : Number(given)
    if (!(Number.isInteger(next) && next > line && next <= mostRows))
      throw damaged(`after row ${line} there is a row ${given}`)
    ;[line, lastColumn, cells, fault] = [next, -1, [], undefined]
    isHidden = hidden === '1' || hidden === 'true'
  }

  const beginCell = (place: string | undefined, type = 'n', style = '0'): void => {
    const column = place === undefined ? lastColumn + 1 : columnIn(place)
    if (!(column > lastColumn && column < mostColumns)) throw damaged(`row ${line} has a cell ${place} out of order`)
    lastColumn = column
    cell = { type, style: Number(style), column, value: undefined, hasFormula: false }
  }

  /** The text of a cell, or what is wrong with it. */
  const textOf = ({ type, style, value, hasFormula }: Cell): string | { readonly fault: string } => {
    if (hasFormula && !(isCalculated && (value || (value === '' && type === 'str')))) return { fault: noResult }
    if (value === undefined) return ''
    if (type === 's') {
      const text = texts?.get(Number(value))
      if (text === undefined) throw damaged(`row ${line} has a text ${value}, which the workbook lacks`)
      return text
    }
    if (type === 'str' || type === 'inlineStr') return plainText(value)
    if (value === '') return ''
    if (type === 'b') return value === '1' || value === 'true' ? 'true' : 'false'
    if (type === 'e') return { fault: `the error ${value}. Correct the cell` }
    if (type === 'd') return value.replace(/T00:00:00(?:\.0+)?Z?$/, '')
    const number = Number(value)
    if (!Number.isFinite(number)) throw damaged(`row ${line} has a number ${value}`)
    const found = numberText(style, number)
    return 'text' in found ? found.text : found
  }

  const endCell = (ended: Cell): void => {
    const found = textOf(ended)
    const isText = typeof found === 'string'
    const text = isText ? found : ended.value || '='
    if (text === '') return
    while (cells.length < ended.column) cells.push('')
    cells.push(text)
    if (isText) return
    fault ??= `has ${found.fault} (cell ${columnLetters(ended.column)}${line})`
    if (ended.filled && found.fault === noResult) unfilled.push(ended.filled)
  }

  const endRow = (): void => {
    unfilled = unfilled.filter(({ lastRow }) => lastRow >= line)
    const range = unfilled.at(0)
    if (range) {
      while (cells.length <= range.firstColumn) cells.push('=')
      fault ??= `has ${noResult} (cells ${range.text})`
    }
    if (cells.length > 0) rows.push(fault === undefined ? { line, cells, isHidden } : { line, cells, isHidden, fault })
  }

  const parser = await xmlParser(where, {
    open(element, attributes) {
      if (element === 'c') beginCell(attributes['r'], attributes['t'], attributes['s'])
      else if (element === 'row') beginRow(attributes['r'], attributes['hidden'])
      else if (element === 'v' || element === 't') {
        isValue = cell !== undefined && !isReading
        if (isValue) cell!.value ??= ''
      } else if (element === 'f' && cell) {
        cell.hasFormula = true
        if (attributes['t'] === 'array' || attributes['t'] === 'dataTable')
          cell.filled = cellRange(attributes['ref'] ?? '')
      } else if (element === 'rPh') isReading = true
      else if (element === 'mergeCell') merged.push(cellRange(attributes['ref'] ?? ''))
    },
    text(text) {
      if (isValue) cell!.value += text
    },
    close(element) {
      if (element === 'v' || element === 't') isValue = false
      else if (element === 'c' && cell) {
        endCell(cell)
        cell = undefined
      } else if (element === 'rPh') isReading = false
      else if (element === 'row') endRow()
    },
  })
  for await (const piece of pieces) {
    parser.write(piece)
    if (rows.length === 0 && merged.length === 0) continue
    yield { rows, merged }
    ;[rows, merged] = [[], []]
  }
  parser.end()
}
