import { EntrapipeError } from '../core/errors.ts'

interface Kind {
  readonly magic: readonly number[]
  readonly what: string
  /** @param name of the input */
  readonly fix: (name: string) => string
}

const compressed = (tool: string, extension: string, magic: readonly number[]): Kind => ({
  magic,
  what: `${tool} data`,
  fix: name =>
    name.toLowerCase().endsWith(extension)
      ? 'The file was compressed twice. Decompress it once.'
      : `Decompress it first${name === 'stdin' ? '' : `, or give the file a name that ends in ${extension}`}.`,
})

/** Files that begin like this are not text in any encoding. */
const kinds: readonly Kind[] = [
  compressed('gzip', '.gz', [0x1f, 0x8b, 0x08]),
  compressed('zstd', '.zst', [0x28, 0xb5, 0x2f, 0xfd]),
  {
    magic: [0x50, 0x4b, 0x03, 0x04],
    what: 'a ZIP archive or an Excel workbook',
    fix: () => 'In Excel, save the sheet as "CSV UTF-8". Unpack an archive.',
  },
  {
    magic: [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1],
    what: 'an Excel workbook of an old format (.xls)',
    fix: () => 'In Excel, save the sheet as "CSV UTF-8".',
  },
]

/** @throws EntrapipeError `INPUT_MALFORMED` if an input that must be text begins like compressed data or a workbook */
export const expectText = (head: Buffer, name: string): void => {
  const kind = kinds.find(({ magic }) => magic.every((byte, at) => head[at] === byte))
  if (kind) throw new EntrapipeError('INPUT_MALFORMED', `${name} is not text but ${kind.what}`, { fix: kind.fix(name) })
}
