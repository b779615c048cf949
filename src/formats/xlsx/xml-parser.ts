import { asSentence } from '../../core/as-sentence.ts'
import { EntrapipeError } from '../../core/errors.ts'
import { xmlPackage } from './packages.ts'

/** What to do with the elements of a document. Names have no namespace prefix. */
interface XmlHandlers {
  open(name: string, attributes: Readonly<Record<string, string>>): void
  text?(text: string): void
  close?(name: string): void
}

/** A parser that is fed with pieces of a document. */
interface XmlParser {
  /** @throws EntrapipeError `INPUT_MALFORMED` */
  write(piece: string): void
  /** @throws EntrapipeError `INPUT_MALFORMED` if the document is incomplete */
  end(): void
}

/** A text or tag is held in memory. */
const longest = 4 * 1024 * 1024

const local = (name: string): string => {
  const colon = name.indexOf(':')
  return colon < 0 ? name : name.slice(colon + 1)
}

/** @param where names the document in messages */
export const xmlParser = async (where: string, { open, text, close }: XmlHandlers): Promise<XmlParser> => {
  const { SaxesParser } = await xmlPackage()
  const parser = new SaxesParser({ position: false, xmlns: false } as const)
  let held = 0
  const malformed = (why: string, cause?: unknown): EntrapipeError =>
    new EntrapipeError('INPUT_MALFORMED', asSentence(`${where} is damaged: ${why}`), { cause })
  parser.on('error', error => {
    throw malformed(error.message.trim(), error)
  })
  // A document of Office has none. Entities that it defines could become very long.
  parser.on('doctype', () => {
    throw malformed('it has a document type')
  })
  parser.on('opentag', ({ name, attributes }) => {
    held = 0
    open(local(name), attributes)
  })
  if (text) parser.on('text', text)
  parser.on('closetag', ({ name }) => {
    held = 0
    close?.(local(name))
  })
  return {
    write(piece) {
      held += piece.length
      if (held > longest) throw malformed('a text or tag is longer than 4 MiB')
      parser.write(piece)
    },
    end: () => void parser.close(),
  }
}

/** Parses a whole document. @throws EntrapipeError `INPUT_MALFORMED` */
export const readXml = async (where: string, pieces: AsyncIterable<string>, handlers: XmlHandlers): Promise<void> => {
  const parser = await xmlParser(where, handlers)
  for await (const piece of pieces) parser.write(piece)
  parser.end()
}
