import type { Sandbox } from '../../src/sandbox/server/serve.ts'

type Connected = Pick<Sandbox, 'controlUrl' | 'controlKey' | 'baseUrl' | 'clientId'>

/** Gives the main app of a sandbox a directory role, such as `User Administrator`. */
export const giveAppRole = async (
  { controlUrl, controlKey, baseUrl, clientId }: Connected,
  displayName: string,
): Promise<void> => {
  const control = async (path: string, body: object): Promise<unknown> => {
    const headers = { 'x-sandbox-key': controlKey, 'content-type': 'application/json' }
    const reply = await fetch(`${controlUrl}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    return reply.json()
  }
  const { accessToken } = (await control('/tokens', {})) as { readonly accessToken: string }
  const first = async (path: string): Promise<string> => {
    const reply = await fetch(`${baseUrl}${path}`, { headers: { authorization: `Bearer ${accessToken}` } })
    return ((await reply.json()) as { readonly value: readonly { readonly id: string }[] }).value[0]!.id
  }
  const app = await first(`/servicePrincipals?$filter=appId eq '${clientId}'&$select=id`)
  const role = await first(`/directoryRoles?$filter=displayName eq '${displayName}'&$select=id`)
  const target = { kind: 'servicePrincipal', id: app }
  await control('/mutations', { do: 'link', kind: 'directoryRole', id: role, relation: 'members', target })
}
