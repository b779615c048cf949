import { createInterface } from 'node:readline'

/** Reads messages, one JSON object a line, until the stream ends. Lines that are none are given to `other`. */
export const readMessages = async (
  from: NodeJS.ReadableStream,
  take: (message: unknown) => void,
  other: (line: string) => void = () => undefined,
): Promise<void> => {
  for await (const line of createInterface({ input: from, crlfDelay: Infinity })) {
    if (line.startsWith(mark)) take(JSON.parse(line.slice(mark.length)))
    else other(line)
  }
}

/** What a pipeline prints itself does not begin with this. */
const mark = '\u001eentrapipe '

/** Sends a message. Resolves when it has left, also if nobody reads any more. */
export const sendMessage = (to: NodeJS.WritableStream, message: object): Promise<void> =>
  new Promise(resolve => to.write(`${mark}${JSON.stringify(message)}\n`, () => resolve()))
