import { EntrapipeError } from '../../core/errors.ts'

const compound = 'd0cf11e0a1b11ae1'
const headBytes = 512

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le')

/** What a compound file is, by the names in the first sector of its directory. */
const compoundFault = async (head: Buffer, read: ReadAt): Promise<string> => {
  const sectorBytes = 2 ** head.readUInt16LE(30)
  const directory = await read((head.readUInt32LE(48) + 1) * sectorBytes, 4096)
  const has = (name: string): boolean => directory.includes(utf16(name))
  if (has('EncryptedPackage') || has('EncryptionInfo'))
    return 'is protected with a password. Remove it in Excel (File, Info, Protect Workbook), and save the workbook again'
  if (has('Workbook') || has('Book')) return 'is an old Excel workbook (.xls). Save it as .xlsx in Excel'
  return 'is not an Excel workbook (.xlsx)'
}

/** Reads bytes at a position; fewer at the end of the file. */
export type ReadAt = (position: number, bytes: number) => Promise<Buffer>

const faultIn = async (head: Buffer, read: ReadAt): Promise<string | undefined> => {
  if (head.length === 0) return 'is empty'
  if (head.subarray(0, 8).toString('hex') === compound && head.length === headBytes) return compoundFault(head, read)
  if (head.subarray(0, 2).toString('latin1') === 'PK') return undefined
  const isText = !head.subarray(0, 256).includes(0)
  return isText
    ? 'is text and not an Excel workbook. Give it the ending of its format, such as .csv'
    : 'is not an Excel workbook (.xlsx)'
}

/**
 * Refuses a file that is no ZIP archive and so no workbook, and says what it is.
 *
 * @throws EntrapipeError `INPUT_MALFORMED`
 */
export const expectArchive = async (read: ReadAt, name: string): Promise<void> => {
  const fault = await faultIn(await read(0, headBytes), read)
  if (fault !== undefined) throw new EntrapipeError('INPUT_MALFORMED', `${name} ${fault}.`)
}
