import { GraphFault, type SandboxRequest } from '../../src/sandbox/protocol.ts'
import { serve, type Sandbox, type ServeOptions } from '../../src/sandbox/server/serve.ts'
import { fakeDirectory } from '../sandbox/server/fake-directory.ts'

export interface Test {
  testdir(): string
  teardown(run: () => unknown): void
}

const need = (request: SandboxRequest, ...anyOf: string[]): void => {
  if (anyOf.some(name => request.caller.permissions.has(name))) return
  throw new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.')
}

const json = (value: object) => ({ status: 200, headers: {}, body: JSON.stringify(value) })

/** The sandbox's own sign-in and server over a tenant that knows its organization and how many users it has. */
export const smallTenant = async (
  t: Test,
  { users = 42, ...options }: Partial<ServeOptions> & { users?: number } = {},
) => {
  const seen: string[] = []
  const sandbox = await serve({
    tls: false,
    directory: fakeDirectory(users),
    ...options,
    stateDir: options.stateDir ?? t.testdir(),
    resources: request => {
      seen.push(`${request.method} ${request.path}`)
      if (request.path === '/users/$count') {
        need(request, 'User.Read.All', 'Directory.Read.All')
        return { status: 200, headers: { 'Content-Type': 'text/plain' }, body: String(users) }
      }
      if (request.path === '/organization') {
        need(request, 'Organization.Read.All', 'Directory.Read.All')
        const verifiedDomains = [
          { name: 'contoso.onmicrosoft.com', isDefault: false },
          { name: 'contoso.com', isDefault: true },
        ]
        return json({ value: [{ id: sandbox.tenantId, displayName: 'Contoso', verifiedDomains }] })
      }
      throw new GraphFault(404, 'Request_ResourceNotFound', 'No such thing.')
    },
  })
  t.teardown(() => sandbox.close())
  return { sandbox, seen, token: tokenOf(sandbox) }
}

/** A token of the tenant with given rights, from the sandbox's control endpoint. */
const tokenOf =
  (sandbox: Sandbox) =>
  async (wanted: object): Promise<string> => {
    const reply = await fetch(`${sandbox.controlUrl}/tokens`, {
      method: 'POST',
      headers: { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' },
      body: JSON.stringify(wanted),
    })
    return ((await reply.json()) as { accessToken: string }).accessToken
  }
