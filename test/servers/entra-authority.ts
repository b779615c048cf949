import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import type { Test } from 'tap'

const [tenantId, clientId] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']

/**
 * The part of Entra that signs people in to a single-page app: by a code and PKCE, S256 only, a code once, and the token endpoint for pages
 * alone.
 *
 * @see https://learn.microsoft.com/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const entraAuthority = async (t: Test, redirectUri: () => string) => {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true })
  const codes = new Map<string, string>()
  const person = { roles: ['Operator'], refuses: undefined as string | undefined }
  const redeemed = (form: URLSearchParams, hasOrigin: boolean): string | undefined => {
    const challenge = codes.get(form.get('code') ?? '')
    codes.delete(form.get('code') ?? '')
    if (!hasOrigin) return 'AADSTS9002327: Tokens may only be redeemed via cross-origin requests.'
    if (form.get('client_id') !== clientId) return 'AADSTS700016: The application was not found.'
    if (form.get('grant_type') !== 'authorization_code') return 'AADSTS70003: The grant type is not supported.'
    if (form.get('redirect_uri') !== redirectUri()) return 'AADSTS50011: The redirect URI does not match.'
    const proof = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    return challenge === proof ? undefined : 'AADSTS501481: The code_verifier does not match.\r\nTrace ID: 1'
  }
  const server = createServer(async (request, reply) => {
    const url = new URL(request.url!, 'http://localhost')
    const json = (status: number, body: object): void =>
      void reply
        .writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
        .end(JSON.stringify(body))
    if (url.pathname === `/${tenantId}/discovery/v2.0/keys`)
      return json(200, { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', use: 'sig' }] })
    if (url.pathname === `/${tenantId}/oauth2/v2.0/authorize`) {
      const { searchParams: asked } = url
      const wrong = [
        ['client_id', clientId],
        ['response_type', 'code'],
        ['redirect_uri', redirectUri()],
        ['response_mode', 'fragment'],
        ['scope', `${clientId}/.default`],
        ['code_challenge_method', 'S256'],
      ].find(([name, value]) => asked.get(name!) !== value)
      if (wrong) return json(400, { error: 'invalid_request', error_description: wrong[0] })
      const code = `code-${codes.size}`
      codes.set(code, asked.get('code_challenge')!)
      const answer = new URLSearchParams({
        state: asked.get('state')!,
        ...(person.refuses === undefined
          ? { code }
          : { error: 'access_denied', error_description: `${person.refuses}\r\nTrace ID: 1` }),
      })
      return void reply.writeHead(302, { location: `${redirectUri()}#${answer}` }).end()
    }
    let body = ''
    for await (const piece of request) body += piece
    const refusal = redeemed(new URLSearchParams(body), request.headers.origin !== undefined)
    if (refusal !== undefined) return json(400, { error: 'invalid_grant', error_description: refusal })
    const access_token = await new SignJWT({
      ...{ tid: tenantId, oid: '33333333-3333-4333-8333-333333333333', scp: 'access' },
      ...{ preferred_username: 'bob@contoso.com', roles: ['tenant:all', ...person.roles] },
    })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(`${authority}/${tenantId}/v2.0`)
      .setAudience(clientId)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime('1h')
      .sign(privateKey)
    return json(200, { token_type: 'Bearer', expires_in: 3600, access_token })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => void server.close())
  const authority = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  /** `person` is who signs in. */
  return { app: { clientId, tenantId, authority }, authority, person }
}
