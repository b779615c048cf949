import type { SandboxReply } from '../protocol.ts'

const jsonHeaders: Readonly<Record<string, string>> = {
  'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  'odata-version': '4.0',
}

/** A reply of JSON text. */
export const jsonReply = (body: string): SandboxReply => ({ status: 200, headers: jsonHeaders, body })

/** `@odata.context` of something, as the first member of an object that is still open. */
export const context = (root: string, of: string): string =>
  `{"@odata.context":${JSON.stringify(`${root}/$metadata#${of}`)}`

/** One object as a reply; `json` is the text of an object. */
export const entityReply = (root: string, of: string, json: string): SandboxReply =>
  jsonReply(`${context(root, of)}${json === '{}' ? '}' : `,${json.slice(1)}`}`)

/** A whole collection: no paging. */
export const wholeReply = (root: string, of: string, items: readonly string[], count?: number): SandboxReply =>
  jsonReply(
    `${context(root, of)}${count === undefined ? '' : `,"@odata.count":${count}`},"value":[${items.join(',')}]}`,
  )

/** The bare number of a `$count` segment. */
export const countReply = (count: number): SandboxReply => ({
  status: 200,
  headers: { 'content-type': 'text/plain', 'odata-version': '4.0' },
  body: String(count),
})
