import { EntrapipeError } from '../../core/errors.ts'
import type { Zip } from './open-zip.ts'
import { textArena, type TextArena } from './text-arena.ts'
import { plainText } from './plain-text.ts'
import { xmlParser } from './xml-parser.ts'

const mostPartBytes = 2 * 1024 ** 3
const mostTextBytes = 512 * 1024 ** 2

/**
 * The texts that the cells of a workbook share: those of text cells, when Excel has saved it. Rich text loses its formatting,
 * and readings (furigana) are left out.
 *
 * @throws EntrapipeError `INPUT_MALFORMED`, also if they are more than 512 MiB
 */
export const sharedTexts = async (zip: Zip, part: string, name: string): Promise<TextArena> => {
  const texts = textArena(mostTextBytes)
  let [current, isText, isReading] = ['', false, false]
  const parser = await xmlParser(`${part} of ${name}`, {
    open(element) {
      if (element === 'si') current = ''
      else if (element === 'rPh') isReading = true
      else if (element === 't') isText = !isReading
    },
    text(text) {
      if (isText) current += text
    },
    close(element) {
      if (element === 't') isText = false
      else if (element === 'rPh') isReading = false
      else if (element === 'si' && !texts.add(plainText(current)))
        throw new EntrapipeError('INPUT_MALFORMED', `${name} has more than 512 MiB of text in its cells.`, {
          fix: 'Save the sheet as "CSV UTF-8" in Excel, and name that file.',
        })
    },
  })
  for await (const piece of zip.text(part, mostPartBytes)) parser.write(piece)
  parser.end()
  return texts
}
