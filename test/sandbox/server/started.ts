import { readFileSync } from 'node:fs'
import type { Resources, SandboxRequest } from '../../../src/sandbox/protocol.ts'
import { serve, type Sandbox, type ServeOptions } from '../../../src/sandbox/server/serve.ts'
import { fakeDirectory, fakeResources } from './fake-directory.ts'

type Test = { testdir(): string; teardown(run: () => unknown): void }

/** A sandbox over plain http with scripted resources. It is closed when the test ends. */
export const started = async (t: Test, options: Partial<ServeOptions> & { readonly resources?: Resources } = {}) => {
  const seen: SandboxRequest[] = []
  const directory = fakeDirectory()
  // Registered before `testdir`, so that the sandbox is closed before the folder is removed.
  let close = async () => {}
  t.teardown(() => close())
  const defects: unknown[] = []
  const sandbox = await serve({
    tls: false,
    directory,
    resources: fakeResources(seen),
    onDefect: error => defects.push(error),
    ...options,
    stateDir: options.stateDir ?? t.testdir(),
  })
  close = sandbox.close
  const ask = asker(sandbox)
  return { sandbox, seen, directory, defects, ...ask }
}

/** Requests to a sandbox: to its control endpoint, to sign in, to Graph, and a `$batch`. */
export const asker = (sandbox: Sandbox) => {
  const control = async (method: string, path: string, body?: unknown) => {
    const reply = await fetch(`${sandbox.controlUrl}${path}`, {
      method,
      headers: { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: reply.status, body: (await reply.json()) as any } // eslint-disable-line @typescript-eslint/no-explicit-any
  }
  const sign = async (form: Record<string, string | undefined> = {}, tenant = sandbox.tenantId) => {
    const fields = {
      grant_type: 'client_credentials',
      client_id: sandbox.clientId,
      client_secret: readFileSync(sandbox.secretFile, 'utf8'),
      scope: 'https://graph.microsoft.com/.default',
      ...form,
    }
    const body = new URLSearchParams(
      Object.entries(fields).filter((entry): entry is [string, string] => entry[1] !== undefined),
    )
    const reply = await fetch(`${sandbox.authorityUrl}/${tenant}/oauth2/v2.0/token`, { method: 'POST', body })
    return { status: reply.status, headers: reply.headers, body: (await reply.json()) as any } // eslint-disable-line @typescript-eslint/no-explicit-any
  }
  let token: string | undefined
  const graph = async (url: string, init: RequestInit & { token?: string } = {}) => {
    token = init.token ?? token ?? String((await sign()).body.access_token)
    return fetch(`${sandbox.baseUrl}${url}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    })
  }
  const batch = async (requests: unknown) => {
    const reply = await graph('/$batch', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ requests }),
    })
    return { status: reply.status, body: (await reply.json()) as any } // eslint-disable-line @typescript-eslint/no-explicit-any
  }
  return { control, sign, graph, batch }
}
