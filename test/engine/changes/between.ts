import type { Test } from 'tap'
import { refused } from '../../graph/fixtures.ts'
import { scriptedServer, type Asked, type Scripted } from '../../graph/scripted-server.ts'
import type { Bed } from './scenes.ts'
import { clientOf } from './steps-plan.ts'

/** A batch of changes on its way to the sandbox. */
interface Passing {
  readonly body: string
  /** Number of changes. */
  readonly entries: number
  /** Passes it on, and returns the reply. */
  readonly pass: () => Promise<Scripted>
}

/** A client of the sandbox whose batches of changes go through `answer`. */
export const clientBetween = async (t: Test, bed: Bed, answer: (batch: Passing) => Scripted | Promise<Scripted>) => {
  const { accessToken } = JSON.parse(await bed.control('POST', '/tokens', {})) as { readonly accessToken: string }
  const { rootUrl } = await scriptedServer(t, async asked => {
    const pass = () => passOn(bed, asked)
    const entries = (asked.body as { requests?: readonly { readonly method: string }[] } | undefined)?.requests ?? []
    if (!entries.some(({ method }) => method === 'PATCH')) return pass()
    return answer({ body: JSON.stringify(asked.body), entries: entries.length, pass })
  })
  const client = clientOf([rootUrl, bed.sandbox.tenantId, accessToken])
  t.teardown(() => client.close())
  return client
}

const passOn = async ({ sandbox }: Bed, { method, url, headers, body }: Asked): Promise<Scripted> => {
  const reply = await fetch(`${new URL(sandbox.baseUrl).origin}${url}`, {
    method,
    headers: { authorization: String(headers.authorization), 'content-type': 'application/json' },
    ...(method !== 'GET' && { body: JSON.stringify(body) }),
  })
  return { status: reply.status, headers: { date: reply.headers.get('date')! }, body: await reply.json() }
}

/** Refuses it as a whole. */
export const refuse = (status: number, code: string): Scripted => refused(status, code, 'The batch is refused.')
