import { createServer as createHttp } from 'node:http'
import { createServer as createHttps } from 'node:https'
import { connect, type AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { generate } from 'selfsigned'
import type { Test } from 'tap'
import type { SignInSetting } from '../../../src/graph/credentials/setting.ts'
import { fakeClock } from '../../fake-clock.ts'
import { makeToken, tenant } from '../fixtures.ts'

interface Reply {
  readonly status: number
  readonly body: unknown
}

export const granted = (token = makeToken()): Reply => ({
  status: 200,
  body: { token_type: 'Bearer', expires_in: 3599, ext_expires_in: 3599, access_token: token },
})

export const denied = (code: number, text: string): Reply => ({
  status: 401,
  body: { error: 'invalid_client', error_description: `AADSTS${code}: ${text} Trace ID: 1`, error_codes: [code] },
})

interface Authority {
  /** `https://127.0.0.1:…` or `http://…` */
  readonly url: string
  readonly port: number
  /** PEM file of the certificate that https is served with. */
  readonly caFile: string
  /** Bodies of the token requests. */
  readonly forms: URLSearchParams[]
}

/** A token endpoint on this machine, over https with a certificate that only `caFile` vouches for, or over http. */
export const authorityServer = async (
  t: Test,
  answer: (form: URLSearchParams, nth: number) => Reply,
  scheme: 'http' | 'https' = 'https',
): Promise<Authority> => {
  const forms: URLSearchParams[] = []
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'login.test' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'login.test' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  })
  const listener: Parameters<typeof createHttp>[1] = (request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk as Buffer))
    request.on('end', () => {
      const send = ({ status, body }: Reply) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
      if (request.url?.includes('.well-known'))
        return send({
          status: 200,
          body: {
            issuer: `https://${request.headers.host}/${tenant.id}/v2.0`,
            authorization_endpoint: `https://${request.headers.host}/${tenant.id}/oauth2/v2.0/authorize`,
            token_endpoint: `https://${request.headers.host}/${tenant.id}/oauth2/v2.0/token`,
            jwks_uri: `https://${request.headers.host}/keys`,
          },
        })
      const form = new URLSearchParams(Buffer.concat(chunks).toString('utf8'))
      return send(answer(form, forms.push(form) - 1))
    })
  }
  const server = scheme === 'https' ? createHttps({ key, cert }, listener) : createHttp(listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  const caFile = join(t.testdir(), 'ca.pem')
  writeFileSync(caFile, cert)
  const { port } = server.address() as AddressInfo
  return { url: `${scheme}://127.0.0.1:${port}`, port, caFile, forms }
}

interface ProxyServer {
  readonly url: string
  /** Hosts that were asked for, with the login that was shown. */
  readonly connects: { readonly host: string; readonly login: string | undefined }[]
}

/** A proxy that leads every CONNECT to one port of this machine. */
export const proxyServer = async (t: Test, port: number): Promise<ProxyServer> => {
  const connects: ProxyServer['connects'] = []
  const server = createHttp().on('connect', (request, socket) => {
    connects.push({ host: request.url ?? '', login: request.headers['proxy-authorization'] })
    const there = connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      there.pipe(socket).pipe(there)
    })
    const end = () => {
      there.destroy()
      socket.destroy()
    }
    there.on('error', end)
    socket.on('error', end)
    t.teardown(end)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://me:p%40ss@127.0.0.1:${(server.address() as AddressInfo).port}`, connects }
}

export const settingOf = (
  { url, caFile }: Pick<Authority, 'url' | 'caFile'>,
  variables: Readonly<Record<string, string>> = {},
): SignInSetting => ({
  tenantId: tenant.id,
  authorityUrl: url,
  audience: 'https://graph.microsoft.com',
  clock: fakeClock(Date.now()).clock,
  environment: { variable: name => variables[name], cwd: '/', home: '/', tmp: '/', platform: 'linux' },
  tell: () => {},
  ...(url.startsWith('https') && { caFile }),
})
