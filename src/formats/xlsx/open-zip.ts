import { asSentence } from '../../core/as-sentence.ts'
import { once } from 'node:events'
import type { Readable } from 'node:stream'
import { promisify } from 'node:util'
import type { Entry, ZipFile } from 'yauzl'
import { EntrapipeError } from '../../core/errors.ts'
import { zipPackage } from './packages.ts'

/** The parts of an open archive. */
export interface Zip {
  has(part: string): boolean
  /** The text of a part, in pieces. @throws EntrapipeError `INPUT_MALFORMED` if it is missing, damaged, or longer than `most` */
  text(part: string, most: number): AsyncGenerator<string>
}

const mostEntries = 10_000

/** `/xl/a.xml`, `XL\a.xml` and `xl/a.xml` are one name. */
const plain = (part: string): string => part.replaceAll('\\', '/').replace(/^\/+/, '').toLowerCase()

const damaged = (name: string, cause: unknown): EntrapipeError =>
  new EntrapipeError(
    'INPUT_CUT_OFF',
    asSentence(`${name} is cut off or damaged: ${cause instanceof Error ? cause.message : String(cause)}`),
    { cause, fix: 'Get another copy of the file, or save it again in Excel.' },
  )

const entriesOf = async (zip: ZipFile, name: string): Promise<ReadonlyMap<string, Entry>> => {
  if (zip.entryCount > mostEntries)
    throw new EntrapipeError(
      'INPUT_MALFORMED',
      `${name} has ${zip.entryCount} parts. A workbook has at most ${mostEntries}.`,
    )
  const entries = new Map<string, Entry>()
  zip.on('entry', (entry: Entry) => {
    entries.set(plain(entry.fileName), entry)
    zip.readEntry()
  })
  const end = once(zip, 'end')
  zip.readEntry()
  await end
  return entries
}

/**
 * Opens a ZIP archive. Its directory is held in memory, and 64 KiB of the part that is read.
 *
 * @param fd stays open
 * @throws EntrapipeError `INPUT_CUT_OFF` if the archive is damaged, `INPUT_MALFORMED` if it has too many parts
 */
export const openZip = async (fd: number, name: string): Promise<Zip> => {
  const { fromFd } = await zipPackage()
  let zip: ZipFile
  let entries: ReadonlyMap<string, Entry>
  try {
    zip = await promisify<ZipFile>(done => fromFd(fd, { lazyEntries: true, autoClose: false }, done))()
    entries = await entriesOf(zip, name)
  } catch (error) {
    throw error instanceof EntrapipeError ? error : damaged(name, error)
  }
  return {
    has: part => entries.has(plain(part)),
    async *text(part, most) {
      const entry = entries.get(plain(part))
      if (!entry)
        throw new EntrapipeError('INPUT_MALFORMED', `${name} lacks its part ${part}, so it is not a workbook.`)
      // The size is that of the directory; more bytes than it says are an error of the stream.
      if (entry.uncompressedSize > most)
        throw new EntrapipeError(
          'INPUT_MALFORMED',
          `${name} has ${Math.round(entry.uncompressedSize / 2 ** 20)} MiB in ${part}, and at most ${Math.round(most / 2 ** 20)} MiB are read.`,
          { fix: 'Save the sheet as "CSV UTF-8" in Excel, and name that file.' },
        )
      let stream: Readable | undefined
      try {
        stream = await promisify<Readable>(done => zip.openReadStream(entry, done))()
        stream.setEncoding('utf8')
        yield* stream as AsyncIterable<string>
      } catch (error) {
        throw error instanceof EntrapipeError ? error : damaged(name, error)
      } finally {
        stream?.destroy()
      }
    },
  }
}
