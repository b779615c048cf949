import { createResources } from '../../../src/sandbox/resources/create-resources.ts'
import type { Knobs } from '../../../src/sandbox/resources/knobs.ts'
import type { Directory } from '../../../src/sandbox/directory/types.ts'
import { GraphFault, type PageFault, type Resources } from '../../../src/sandbox/protocol.ts'

export const root = 'http://127.0.0.1:1/v1.0'
const reader = ['Directory.Read.All', 'AuditLog.Read.All', 'Member.Read.Hidden', 'RoleManagement.Read.Directory']

export interface AskOptions {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
  readonly permissions?: readonly string[]
  readonly delegated?: string
  /** Id of the service principal of an app that asks. */
  readonly app?: string
  readonly pageFault?: PageFault
  readonly retried?: boolean
}

/** The JSON of a reply. The tests know its shape. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Loose = any

export interface Asked {
  readonly status: number
  readonly body: Loose
  readonly headers: Readonly<Record<string, string>>
}

export const eventual = { headers: { consistencylevel: 'eventual' } }

/** Sends requests directly to the resources. An error is returned as `{ status, code, message }`. */
export const asker = (
  directory: Directory,
  { knobs, now = () => 0, key = 'secret' }: { knobs?: Knobs; now?: () => number; key?: string } = {},
) => {
  const clock = { now, sleep: async () => {} }
  const resources: Resources = createResources({ directory, clock, key, ...(knobs ? { knobs } : {}) })
  return async (url: string, options: AskOptions = {}): Promise<Asked> => {
    const [path = '', query = ''] = split(url.startsWith(root) ? url.slice(root.length) : url)
    try {
      const answer = await resources({
        method: options.method ?? (options.body === undefined ? 'GET' : 'POST'),
        path,
        query,
        headers: options.headers ?? {},
        body: options.body,
        caller: {
          appId: 'app',
          objectId: options.delegated ?? options.app ?? 'service-principal',
          permissions: new Set(options.permissions ?? reader),
          delegated: options.delegated !== undefined,
        },
        root,
        ...(options.pageFault ? { pageFault: options.pageFault } : {}),
        ...(options.retried === undefined ? {} : { retried: options.retried }),
      })
      const reply = 'apply' in answer ? answer.apply() : answer
      const text = reply.headers['content-type']?.startsWith('text/plain')
      return { ...reply, body: text ? reply.body : JSON.parse(reply.body ?? 'null') }
    } catch (error) {
      if (!(error instanceof GraphFault)) throw error
      return { status: error.status, body: { code: error.code, message: error.message }, headers: error.headers }
    }
  }
}

const split = (url: string): readonly string[] => {
  const at = url.indexOf('?')
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)]
}
