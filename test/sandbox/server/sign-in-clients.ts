import { ClientCertificateCredential, ClientSecretCredential } from '@azure/identity'
import { BatchRequestContent, BatchResponseContent, Client } from '@microsoft/microsoft-graph-client'
import { readFileSync } from 'node:fs'

/** Runs Microsoft's own libraries against the sandbox, in a separate process with NODE_EXTRA_CA_CERTS. Prints JSON. */
const { authorityUrl, baseUrl, tenantId, clientId, secretFile, certificateFile, wrong } = JSON.parse(
  process.argv[2] ?? '',
)
const options = { authorityHost: authorityUrl, disableInstanceDiscovery: true }
const secret = wrong ? 'wrong' : readFileSync(secretFile, 'utf8')
const scope = 'https://graph.microsoft.com/.default'
const bySecret = new ClientSecretCredential(tenantId, clientId, secret, options)
const byCertificate = new ClientCertificateCredential(tenantId, clientId, certificateFile, options)

const run = async () => {
  const tokens = [await bySecret.getToken(scope), await byCertificate.getToken(scope)]
  const { host } = new URL(baseUrl)
  const client = Client.init({
    baseUrl: `https://${host}/`,
    defaultVersion: 'v1.0',
    customHosts: new Set([new URL(baseUrl).hostname]),
    authProvider: done => done(null, tokens[0]?.token ?? null),
  })
  const content = new BatchRequestContent([
    { id: '1', request: new Request(`${baseUrl}/users?$top=2`, { method: 'GET' }) },
    {
      id: '2',
      request: new Request(`${baseUrl}/users`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: '{"x":1}',
      }),
      dependsOn: ['1'],
    },
  ])
  const responses = new BatchResponseContent(await client.api('/$batch').post(await content.getContent()))
  return {
    tokens: tokens.map(token => token?.token.split('.').length),
    single: (await client.api('/users').get()).path,
    batch: ['1', '2'].map(id => responses.getResponseById(id).status),
  }
}
const answer = await run().catch((error: Error) => ({ error: error.name, message: error.message }))
process.stdout.write(JSON.stringify(answer))
