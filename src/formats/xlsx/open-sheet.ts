import { EntrapipeError } from '../../core/errors.ts'
import { expectArchive, type ReadAt } from './not-workbook.ts'
import { openZip, type Zip } from './open-zip.ts'
import { sharedTexts } from './shared-texts.ts'
import { sheetRows, type SheetPiece } from './sheet-rows.ts'
import type { TextArena } from './text-arena.ts'
import { readWorkbook, type Sheet } from './workbook.ts'

/** The largest sheet: a million rows of hundreds of cells. */
const mostSheetBytes = 16 * 1024 ** 3
/** A piece may end within a tag. */
const longestTag = 100
const cellWithContent = /<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>/

/** A sheet whose rows can be read once. */
export interface OpenSheet {
  /** Names the sheet in messages. */
  readonly name: string
  readonly pieces: AsyncGenerator<SheetPiece>
  /** Undefined if the workbook has none. */
  readonly texts: TextArena | undefined
}

const listed = (sheets: readonly Sheet[]): string => sheets.map(({ name }) => JSON.stringify(name)).join(', ')

const hasCells = async (zip: Zip, { part }: Sheet): Promise<boolean> => {
  let before = ''
  for await (const piece of zip.text(part, mostSheetBytes)) {
    if (cellWithContent.test(before + piece)) return true
    before = piece.slice(-longestTag)
  }
  return false
}

const named = (sheets: readonly Sheet[], wanted: string, file: string): Sheet => {
  const found =
    sheets.find(({ name }) => name === wanted) ??
    sheets.find(({ name }) => name.trim().toLowerCase() === wanted.trim().toLowerCase())
  if (found) return found
  throw new EntrapipeError(
    'OPTION_INVALID',
    `${file} has no sheet ${JSON.stringify(wanted)}. It has ${listed(sheets)}.`,
  )
}

/** The only visible sheet that has cells. */
const only = async (zip: Zip, sheets: readonly Sheet[], file: string): Promise<Sheet> => {
  const visible = sheets.filter(({ isHidden }) => !isHidden)
  const filled: Sheet[] = []
  if (visible.length > 1) for (const sheet of visible) if (await hasCells(zip, sheet)) filled.push(sheet)
  if (filled.length > 1)
    throw new EntrapipeError(
      'OPTION_INVALID',
      `${file} has ${filled.length} sheets: ${listed(filled)}. Name the one to read: \`sheet\`.`,
    )
  const [found] = filled.length > 0 ? filled : visible
  if (found) return found
  throw new EntrapipeError(
    'INPUT_MALFORMED',
    `${file} has no visible sheet${sheets.length > 0 ? `. Name a hidden one: \`sheet\`. It has ${listed(sheets)}` : ''}.`,
  )
}

/**
 * Opens a sheet of a workbook. Holds the texts that cells share (12 bytes each, and their own) and 64 KiB of the sheet.
 *
 * @param file an open file, which stays open
 * @param wanted name of the sheet @default the only visible one that has cells
 * @param known the texts of this workbook, if it was open before
 * @throws EntrapipeError `INPUT_MALFORMED`, `INPUT_CUT_OFF`; `OPTION_INVALID` if it is not clear which sheet is meant;
 *   `FILE_UNREADABLE` if an optional package is not installed
 */
export const openSheet = async (
  file: { readonly fd: number; readonly read: ReadAt },
  path: string,
  wanted: string | undefined,
  known?: TextArena,
): Promise<OpenSheet> => {
  await expectArchive(file.read, path)
  const zip = await openZip(file.fd, path)
  const workbook = await readWorkbook(zip, path)
  const sheet = wanted === undefined ? await only(zip, workbook.sheets, path) : named(workbook.sheets, wanted, path)
  const { textPart } = workbook
  const texts = known ?? (textPart === undefined ? undefined : await sharedTexts(zip, textPart, path))
  const name = workbook.sheets.length > 1 ? `${path}, sheet ${JSON.stringify(sheet.name)}` : path
  return { name, texts, pieces: sheetRows(zip.text(sheet.part, mostSheetBytes), name, workbook, texts) }
}
