import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { Dispatcher } from 'undici'

const unzip = promisify(gunzip)

/** The whole body of a reply as text; gzip is undone, which is the only encoding that is asked for. Throws when it breaks off. */
export const readText = async ({
  headers,
  body,
}: Pick<Dispatcher.ResponseData, 'headers' | 'body'>): Promise<string> =>
  /\bgzip\b/i.test(String(headers['content-encoding'] ?? ''))
    ? (await unzip(await body.arrayBuffer())).toString('utf8')
    : await body.text()
