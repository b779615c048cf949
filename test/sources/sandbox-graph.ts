import type { Graph } from '../../src/core/graph.ts'
import { createSandbox, type SandboxOptions } from '../../src/sandbox/create-sandbox.ts'
import { sandboxClient } from '../programs/sandbox-client.ts'

interface Test {
  testdir(): string
  teardown(run: () => unknown): void
}

/** The Graph client, connected to a sandbox in the test's process over plain http. Both are closed with the test. */
export const sandboxGraph = async (t: Test, options: Partial<SandboxOptions> = {}): Promise<Graph> => {
  const sandbox = await createSandbox({ users: 300, tls: false, ...options, stateDir: t.testdir() })
  const reply = await fetch(`${sandbox.controlUrl}/tokens`, {
    method: 'POST',
    headers: { 'x-sandbox-key': sandbox.controlKey, 'content-type': 'application/json' },
    body: JSON.stringify({}),
  })
  const { accessToken: token } = (await reply.json()) as { readonly accessToken: string }
  const graph = sandboxClient({ rootUrl: sandbox.baseUrl, tenantId: sandbox.tenantId, token })
  t.teardown(async () => {
    await graph.close()
    await sandbox.close()
  })
  return graph
}
