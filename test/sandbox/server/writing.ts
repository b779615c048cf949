import { GraphFault, type Resources } from '../../../src/sandbox/protocol.ts'

/**
 * Resources of which every request but a GET is a write to the object named first in the path. `applied` lists what was
 * performed, in order. `DELETE` is refused when it is applied, 404.
 */
export const writing = () => {
  const applied: string[] = []
  const resources: Resources = request => {
    const [, , id = ''] = request.path.split('/')
    if (request.method === 'GET') return { status: 200, headers: {}, body: JSON.stringify({ applied }) }
    return {
      holds: id === '' ? [] : [id],
      apply: () => {
        if (request.method === 'DELETE') throw new GraphFault(404, 'Request_ResourceNotFound', 'Not there.')
        applied.push(`${request.method} ${request.path}`)
        return { status: 204, headers: {}, body: undefined }
      },
    }
  }
  return { applied, resources }
}

const json = { 'content-type': 'application/json' }

/** A PATCH of an object, as an init of `fetch`. */
export const patch = { method: 'PATCH', headers: json, body: '{}' }

/** A PATCH of an object, as an entry of a batch. */
export const entry = (id: string, url: string, more: object = {}) => ({
  id,
  method: 'PATCH',
  url,
  headers: json,
  body: {},
  ...more,
})

/** The statuses of a batch's entries, by id. */
export const statuses = (body: { readonly responses: readonly { readonly id: string; readonly status: number }[] }) =>
  Object.fromEntries(body.responses.map(({ id, status }) => [id, status]).sort())
