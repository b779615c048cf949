import type { SandboxReply } from '../protocol.ts'

const jsonHeaders: Readonly<Record<string, string>> = {
  'content-type': 'application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8',
  'odata-version': '4.0',
}

/** Creates a reply from JSON text. */
export const jsonReply = (body: string): SandboxReply => ({ status: 200, headers: jsonHeaders, body })

/** Starts an object with its `@odata.context`. The caller closes the object. */
export const context = (root: string, of: string): string =>
  `{"@odata.context":${JSON.stringify(`${root}/$metadata#${of}`)}`

/** Creates a reply with one object. `json` is its text. */
export const entityReply = (root: string, of: string, json: string): SandboxReply =>
  jsonReply(`${context(root, of)}${json === '{}' ? '}' : `,${json.slice(1)}`}`)

/** Creates a reply with a whole collection, without paging. */
export const wholeReply = (root: string, of: string, items: readonly string[], count?: number): SandboxReply =>
  jsonReply(
    `${context(root, of)}${count === undefined ? '' : `,"@odata.count":${count}`},"value":[${items.join(',')}]}`,
  )

/** Creates the plain text reply of a `$count` segment. */
export const countReply = (count: number): SandboxReply => ({
  status: 200,
  headers: { 'content-type': 'text/plain', 'odata-version': '4.0' },
  body: String(count),
})

/** Creates the reply to the creation of an object. `json` is its text. */
export const createdReply = (root: string, set: string, id: string, json: string): SandboxReply => {
  const reply = entityReply(root, `${set}/$entity`, json)
  return { ...reply, status: 201, headers: { ...reply.headers, location: `${root}/${set}/${id}` } }
}

/** The reply to a change without content. */
export const noContent: SandboxReply = { status: 204, headers: {}, body: undefined }
